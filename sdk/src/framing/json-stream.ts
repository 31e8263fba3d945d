import type { BodyFault, DocumentKind } from '../protocols/protocol.ts';
import type { Framer, FrameSink } from './framer.ts';
import { JsonValues } from './json-values.ts';

/**
 * A body that is one JSON array whose elements are the events (Google without `alt=sse`), or JSON values one after
 * another, on as many lines as the sender likes.
 */
export class JsonFramer implements Framer {
  readonly lastEventId = '';
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #values: JsonValues;
  #broken: BodyFault | undefined;
  #document: DocumentKind | undefined;
  #begun = false;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.#values = new JsonValues((json) => sink.frame(undefined, json, true), maxFrameBytes);
  }

  get broken(): BodyFault | undefined {
    return this.#broken ?? this.#values.broken;
  }

  get midFrame(): boolean {
    return this.#values.open;
  }

  get document(): DocumentKind | undefined {
    return this.#document;
  }

  push(bytes: Uint8Array): void {
    if (this.#broken === undefined) this.#parse(this.#decode(bytes));
  }

  finish(): void {
    // An incomplete sequence at the very end is a body that was cut, not one that was wrong.
    if (this.#broken === undefined && !this.#values.open) this.#parse(this.#decode());
  }

  #parse(text: string): void {
    if (!this.#begun) {
      const first = text.trimStart()[0];
      if (first === undefined) return;
      this.#begun = true;
      if (first === '<') this.#document = 'html';
      else if (first !== '{' && first !== '[') this.#document = 'text';
    }
    if (this.#document === undefined) this.#values.push(text);
  }

  #decode(bytes?: Uint8Array): string {
    try {
      return bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true });
    } catch {
      this.#broken = 'invalid_utf8';
      return '';
    }
  }
}
