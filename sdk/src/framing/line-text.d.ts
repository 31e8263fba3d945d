import type { BodyFault } from '../protocols/protocol.ts';
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
export declare function createLineText(maxLineBytes: number): LineText;
