import type { Framer, FrameSink } from './framer.ts';
import { createLineText } from './line-text.ts';

/** One frame a line (https://github.com/ndjson/ndjson-spec); blank lines are skipped. */
export function createNdjsonFramer(sink: FrameSink, maxFrameBytes: number): Framer {
  const lines = createLineText(maxFrameBytes);
  let frames = 0;
  let html = false;

  function readLine(text: string, start: number, end: number, complete: boolean): void {
    const line = text.slice(start, end).trim();
    if (line === '') return;
    if (frames === 0 && line.startsWith('<')) html = true;
    frames += 1;
    sink.frame(undefined, line, complete);
  }

  return {
    get broken() {
      return lines.broken;
    },
    get midFrame() {
      return lines.pendingBytes > 0;
    },
    get document() {
      return html ? ('html' as const) : undefined;
    },
    lastEventId: '',
    push(bytes) {
      const text = lines.push(bytes);
      let start = 0;
      while (start < text.length) {
        const end = text.indexOf('\n', start);
        readLine(text, start, end, true);
        start = end + 1;
      }
    },
    finish() {
      const rest = lines.finish();
      readLine(rest, 0, rest.length, false);
    },
  };
}
