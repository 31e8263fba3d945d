import { sequenceLength } from './utf8.ts';

/**
 * What may differ from one delta to the next. `content`: a string, not empty. `text`: any string. `number`: any number.
 * `rest`: what is left of the line.
 */
export type Hole = 'content' | 'text' | 'number' | 'rest';

const LF = 10;
const CR = 13;
const QUOTE = 34;
const BACKSLASH = 92;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame of one delta: nothing before its data but the name of the event, and nothing after it but the end. */
const headPattern = /^(event:[\x20-\x7e]*\r?\n)?(data: ?)?$/;
const tailPattern = /(\r?\n){1,2}$/;
const plainPattern = /^[\n\r\t\x20-\x7e]*$/;

/**
 * The bytes of a frame around a delta, as they come on the wire. A read that holds such frames and nothing else needs
 * neither a decoder nor a framer: its bytes are equal outside the holes, and inside they are whole UTF-8 without a line
 * end.
 *
 * Hot path. Measured on Node 24 for a 262-byte chat completion chunk that has just arrived: 0.14 us, against 0.25 us
 * for decoding it alone. Eight bytes are compared at a time, as a double: one by one takes 0.25 us. Doubles are equal
 * if and only if their bytes are, but for zero and NaN, which printable ASCII cannot spell.
 */
export class DeltaFrame {
  /** All that must be equal, part after part. */
  readonly #fixed: DataView;
  /** Where each part ends in `fixed`; a hole follows each but the last. */
  readonly #partEnds: readonly number[];
  readonly #holes: readonly Hole[];

  private constructor(parts: readonly string[], holes: readonly Hole[]) {
    this.#fixed = viewOf(encoder.encode(parts.join('')));
    let end = 0;
    this.#partEnds = parts.map((part) => {
      end += part.length;
      return end;
    });
    this.#holes = holes;
  }

  /**
   * @param bytes one frame.
   * @param fixed the text of its payload before each hole, and after the last one.
   * @returns undefined where the frame is more than its payload, or its payload does not stand in it in one piece.
   */
  static of(bytes: Uint8Array, fixed: readonly string[], holes: readonly Hole[]): DeltaFrame | undefined {
    const text = decoder.decode(bytes);
    const head = text.slice(0, text.indexOf(fixed[0] ?? ''));
    const tail = tailPattern.exec(text)?.[0];
    if (tail === undefined || !headPattern.test(head)) return undefined;
    const parts = fixed.map((part, i) => (i === 0 ? head : '') + part + (i === holes.length ? tail : ''));
    if (!parts.every((part) => plainPattern.test(part))) return undefined;
    const frame = new DeltaFrame(parts, holes);
    return frame.endOf(bytes, viewOf(bytes), 0) === bytes.length ? frame : undefined;
  }

  /**
   * @param view of the same bytes.
   * @returns the offset behind the frame that begins at `start`; -1 where another begins, or not all of it is there.
   */
  endOf(bytes: Uint8Array, view: DataView, start: number): number {
    const partEnds = this.#partEnds;
    const holes = this.#holes;
    let at = start;
    let compared = 0;
    for (let part = 0; part < partEnds.length; part += 1) {
      const end = partEnds[part] ?? 0;
      if (!this.#equals(view, at, compared, end)) return -1;
      at += end - compared;
      compared = end;
      const hole = holes[part];
      if (hole === undefined) return at;
      const holeEnd = endOfHole(hole, bytes, at);
      if (holeEnd === -1 || (holeEnd === at && hole !== 'text')) return -1;
      at = holeEnd;
    }
    return at;
  }

  #equals(view: DataView, at: number, from: number, end: number): boolean {
    const fixed = this.#fixed;
    const shift = at - from;
    if (end + shift > view.byteLength) return false;
    let i = from;
    for (; i + 8 <= end; i += 8) if (view.getFloat64(i + shift) !== fixed.getFloat64(i)) return false;
    for (; i < end; i += 1) if (view.getUint8(i + shift) !== fixed.getUint8(i)) return false;
    return true;
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function endOfHole(hole: Hole, bytes: Uint8Array, from: number): number {
  if (hole === 'number') return endOfNumber(bytes, from);
  return hole === 'rest' ? endOfLine(bytes, from) : endOfString(bytes, from);
}

/** @returns the offset of the quote that ends the string; -1 if it does not end, or holds what no JSON string may. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at;
    if (byte < 32) return -1;
    if (byte === BACKSLASH) {
      at += 1;
      // What is escaped is read as any other character, unless it is the quote or the backslash.
      if (bytes[at] === QUOTE || bytes[at] === BACKSLASH) at += 1;
    } else if (byte < 128) {
      at += 1;
    } else {
      const length = sequenceLength(bytes, at);
      if (length === 0) return -1;
      at += length;
    }
  }
  return -1;
}

/** @returns the offset of the line end; -1 if there is none, or there is more than ASCII before it. */
function endOfLine(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === LF || byte === CR) return at;
    if (byte > 127) return -1;
  }
  return -1;
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  let end = from;
  while (isOfNumber(bytes[end] ?? 0)) end += 1;
  return end;
}

/** Digits, `.`, `-`, `+`, `e` and `E`. */
export function isOfNumber(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 43 || code === 101 || code === 69
  );
}
