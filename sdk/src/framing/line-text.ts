import type { BodyFault } from '../protocols/protocol.ts';
import { createByteBuffer } from './byte-buffer.ts';

const LF = 10;
const CR = 13;
const BOM = 0xfeff;

/** Bytes to whole lines of text, however the bytes are split. */
export interface LineText {
  readonly broken: BodyFault | undefined;
  /** Bytes of an unfinished line. */
  readonly pendingBytes: number;
  /** @returns the lines that are now complete, each ending in LF whatever it ended in on the wire; '' if none. */
  push(bytes: Uint8Array): string;
  /** @returns the unfinished last line, without an end; bytes that do not decode are replaced. */
  finish(): string;
}

/**
 * Decoding waits for the end of a line: a line end is never part of a longer UTF-8 sequence, so what is decoded is
 * always whole, and the decoder needs no state (measured on Node 24: 65 ns for a 262-byte frame, 105 ns in stream
 * mode).
 */
export function createLineText(maxLineBytes: number): LineText {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const pending = createByteBuffer();
  let broken: BodyFault | undefined;
  let started = false;
  let afterCr = false;

  function decode(bytes: Uint8Array): string {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      broken = 'invalid_utf8';
      return '';
    }
    return finishText(text);
  }

  function finishText(decoded: string): string {
    let text = decoded;
    if (!started) {
      started = true;
      if (text.charCodeAt(0) === BOM) text = text.slice(1);
    }
    return afterCr || text.includes('\r') ? withLineFeeds(text) : text;
  }

  /** CR LF, CR and LF all end a line; a CR at the end of one read may be half of a CR LF. */
  function withLineFeeds(text: string): string {
    const fresh = afterCr && text.charCodeAt(0) === LF ? text.slice(1) : text;
    afterCr = fresh.charCodeAt(fresh.length - 1) === CR;
    return fresh.replace(/\r\n?/g, '\n');
  }

  function keep(bytes: Uint8Array): void {
    if (pending.size + bytes.length > maxLineBytes) {
      broken = 'frame_too_large';
      pending.clear();
      return;
    }
    pending.append(bytes);
  }

  return {
    get broken() {
      return broken;
    },
    get pendingBytes() {
      return pending.size;
    },
    push(bytes) {
      if (broken !== undefined || bytes.length === 0) return '';
      const end = endOfLastLine(bytes);
      if (end === bytes.length && pending.size === 0) return decode(bytes);
      if (end === 0) {
        keep(bytes);
        return '';
      }
      keep(bytes.subarray(0, end));
      if (broken !== undefined) return '';
      const text = decode(pending.view());
      pending.clear();
      if (end < bytes.length) keep(bytes.subarray(end));
      return text;
    },
    finish() {
      if (broken !== undefined || pending.size === 0) return '';
      const text = finishText(new TextDecoder('utf-8', { ignoreBOM: true }).decode(pending.view()));
      pending.clear();
      return text;
    },
  };
}

function endOfLastLine(bytes: Uint8Array): number {
  const last = bytes[bytes.length - 1];
  if (last === LF || last === CR) return bytes.length;
  return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
}
