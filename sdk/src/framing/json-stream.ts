import type { BodyFault, DocumentKind } from '../protocols/protocol.ts';
import type { Framer, FrameSink } from './framer.ts';
import { createJsonValues } from './json-values.ts';

/**
 * A body that is one JSON array whose elements are the events (Google without `alt=sse`), or JSON values one after
 * another, on as many lines as the sender likes.
 */
export function createJsonFramer(sink: FrameSink, maxFrameBytes: number): Framer {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const values = createJsonValues((json) => sink.frame(undefined, json, true), maxFrameBytes);
  let broken: BodyFault | undefined;
  let document: DocumentKind | undefined;
  let begun = false;

  function parse(text: string): void {
    if (!begun) {
      const first = text.trimStart()[0];
      if (first === undefined) return;
      begun = true;
      if (first === '<') document = 'html';
      else if (first !== '{' && first !== '[') document = 'text';
    }
    if (document === undefined) values.push(text);
  }

  function decode(bytes?: Uint8Array): string {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      broken = 'invalid_utf8';
      return '';
    }
  }

  return {
    get broken() {
      return broken ?? values.broken;
    },
    get midFrame() {
      return values.open;
    },
    get document() {
      return document;
    },
    lastEventId: '',
    push(bytes) {
      if (broken === undefined) parse(decode(bytes));
    },
    finish() {
      // An incomplete sequence at the very end is a body that was cut, not one that was wrong.
      if (broken === undefined && !values.open) parse(decode());
    },
  };
}
