import type { BodyFault, DocumentKind } from '../protocols/protocol.ts';
import type { Framer, FrameSink } from './framer.ts';
import { LineText } from './line-text.ts';

/** One frame a line (https://github.com/ndjson/ndjson-spec); blank lines are skipped. */
export class NdjsonFramer implements Framer {
  readonly lastEventId = '';
  readonly #sink: FrameSink;
  readonly #lines: LineText;
  #begun = false;
  #html = false;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.#sink = sink;
    this.#lines = new LineText(maxFrameBytes);
  }

  get replacements(): number {
    return this.#lines.replacements;
  }

  get broken(): BodyFault | undefined {
    return this.#lines.broken;
  }

  get midFrame(): boolean {
    return this.#lines.pendingBytes > 0;
  }

  get atFrameStart(): boolean {
    return this.#lines.atLineStart;
  }

  get document(): DocumentKind | undefined {
    return this.#html ? 'html' : undefined;
  }

  push(bytes: Uint8Array): void {
    const text = this.#lines.push(bytes);
    let start = 0;
    while (start < text.length) {
      const end = text.indexOf('\n', start);
      this.#readLine(text.slice(start, end), true);
      start = end + 1;
    }
  }

  finish(): void {
    this.#readLine(this.#lines.finish(), false);
  }

  #readLine(text: string, complete: boolean): void {
    const line = text.trim();
    if (line === '') return;
    if (!this.#begun) {
      this.#begun = true;
      this.#html = line.startsWith('<');
    }
    this.#sink.frame(undefined, line, complete);
  }
}
