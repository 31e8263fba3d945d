import { detached } from '../protocols/detached.ts';
import type { DeltaKeys, EventKind, ReadSummary } from '../protocols/protocol.ts';
import { DeltaFrame, type Hole, isOfNumber, viewOf } from './delta-frame.ts';
import { countEvent } from './read-summary.ts';

/**
 * Recognises deltas without parsing them. Nearly all events of an answer are equal but for one string of content, so
 * an event is compared with the text of deltas that were parsed before: equal outside the strings and numbers that
 * the protocol names means equal in kind, and nothing else in it can be news. Measured on Node 24 for a 262-byte
 * chat completion chunk: 0.09 us against 0.66 us for `JSON.parse`.
 */
export interface DeltaShapes {
  /** @returns the kind of a known delta, undefined if the payload must be parsed. */
  match(payload: string): EventKind | undefined;
  /** Remembers a payload that was parsed and found to be content. */
  learn(payload: string, kind: EventKind): void;
  /**
   * Remembers the bytes around the delta that `match` has recognised last.
   *
   * @param bytes a read that was one frame, and nothing else.
   */
  learnFrame(bytes: Uint8Array): void;
  /**
   * Reads the known frames that the bytes begin with.
   *
   * @param summary receives their counts.
   * @returns the offset behind them.
   */
  readFrames(bytes: Uint8Array, summary: ReadSummary): number;
  forget(): void;
}

interface Shape {
  readonly kind: EventKind;
  /** The text before each hole, and after the last one. */
  readonly fixed: readonly string[];
  readonly holes: readonly Hole[];
  /** Undefined until a read was such a frame; null where a frame is more than the delta. */
  frame: DeltaFrame | null | undefined;
}

const maxShapes = 6;
const learningMisses = 12;
/** A delta with more around its content than this is rare enough to be parsed. */
const maxFixedChars = 4096;
const QUOTE = 34;
const BACKSLASH = 92;

export function createDeltaShapes(keys: DeltaKeys | undefined): DeltaShapes {
  return new RecentShapes(keys);
}

/** One is open for each stream in flight: methods on the prototype keep it small. */
class RecentShapes implements DeltaShapes {
  readonly #keys: DeltaKeys | undefined;
  readonly #shapes: Shape[] = [];
  #matched: Shape | undefined;
  #misses = 0;
  #hasFirst = false;
  #framesKnown = false;

  constructor(keys: DeltaKeys | undefined) {
    this.#keys = keys;
  }

  match(payload: string): EventKind | undefined {
    const shapes = this.#shapes;
    this.#matched = undefined;
    for (let i = 0; i < shapes.length; i += 1) {
      const shape = shapes[i];
      if (shape === undefined || !fits(payload, shape, this.#prefixDecides)) continue;
      this.#misses = 0;
      this.#matched = shape;
      if (i > 0) this.#moveToFront(i, shape);
      return shape.kind;
    }
    return undefined;
  }

  learn(payload: string, kind: EventKind): void {
    if (this.#keys === undefined || kind === 'event' || !this.#worthLearning()) return;
    // Learning takes as long as parsing twice: an answer of one delta, and there are many, has no use for it.
    if (!this.#hasFirst) {
      this.#hasFirst = true;
      return;
    }
    const shape = shapeOf(payload, kind, this.#keys);
    if (shape === undefined) return;
    this.#shapes.unshift(shape);
    if (this.#shapes.length > maxShapes) this.#shapes.pop();
  }

  learnFrame(bytes: Uint8Array): void {
    const shape = this.#matched;
    if (shape === undefined || shape.frame !== undefined) return;
    this.#framesKnown = true;
    const { fixed, holes } = shape;
    if (this.#prefixDecides) {
      const decided = holes.indexOf('content') + 1;
      const wholeLine: readonly Hole[] = [...holes.slice(0, decided), 'rest'];
      shape.frame = DeltaFrame.of(bytes, [...fixed.slice(0, decided), '', ''], wholeLine) ?? null;
    } else {
      shape.frame = DeltaFrame.of(bytes, fixed, holes) ?? null;
    }
  }

  readFrames(bytes: Uint8Array, summary: ReadSummary): number {
    if (!this.#framesKnown) return 0;
    const view = viewOf(bytes);
    let at = 0;
    while (at < bytes.length) {
      const end = this.#readFrame(bytes, view, at, summary);
      if (end === -1) break;
      at = end;
    }
    return at;
  }

  #readFrame(bytes: Uint8Array, view: DataView, at: number, summary: ReadSummary): number {
    const shapes = this.#shapes;
    for (let i = 0; i < shapes.length; i += 1) {
      const shape = shapes[i];
      const end = shape?.frame?.endOf(bytes, view, at) ?? -1;
      if (shape === undefined || end === -1) continue;
      this.#misses = 0;
      countEvent(summary, shape.kind);
      if (i > 0) this.#moveToFront(i, shape);
      return end;
    }
    return -1;
  }

  forget(): void {
    this.#shapes.length = 0;
    this.#matched = undefined;
  }

  get #prefixDecides(): boolean {
    return this.#keys?.prefixDecides === true;
  }

  /** Where deltas keep differing in more than the named keys, comparing and learning are only tried now and then. */
  #worthLearning(): boolean {
    this.#misses += 1;
    if (this.#misses < learningMisses) return true;
    this.#shapes.length = 0;
    return this.#misses % learningMisses === 0;
  }

  /** Deltas of one kind come in a row. */
  #moveToFront(from: number, shape: Shape): void {
    this.#shapes.splice(from, 1);
    this.#shapes.unshift(shape);
  }
}

function fits(payload: string, shape: Shape, prefixDecides: boolean): boolean {
  let at = 0;
  for (let i = 0; i < shape.holes.length; i += 1) {
    const fixed = shape.fixed[i] ?? '';
    // Measured: comparing a slice takes 40 ns where `startsWith` takes 100.
    if (payload.slice(at, at + fixed.length) !== fixed) return false;
    at += fixed.length;
    const hole = shape.holes[i];
    const end = hole === 'number' ? endOfNumber(payload, at) : endOfString(payload, at);
    if (end === -1 || (end === at && hole !== 'text')) return false;
    if (prefixDecides && hole === 'content') return true;
    at = end;
  }
  return payload.slice(at) === shape.fixed[shape.holes.length];
}

/** @returns the offset of the quote that ends the string, -1 if it does not end. */
function endOfString(payload: string, from: number): number {
  let end = payload.indexOf('"', from);
  while (end !== -1 && isEscaped(payload, end, from)) end = payload.indexOf('"', end + 1);
  return end;
}

function isEscaped(payload: string, at: number, from: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes >= from && payload.charCodeAt(at - 1 - backslashes) === BACKSLASH)
    backslashes += 1;
  return backslashes % 2 === 1;
}

function endOfNumber(payload: string, from: number): number {
  let end = from;
  while (isOfNumber(payload.charCodeAt(end))) end += 1;
  return end;
}

const keyPattern = /"\s*:\s*/y;

/** @returns undefined for a payload that has no content in any of the named keys. */
function shapeOf(payload: string, kind: EventKind, keys: DeltaKeys): Shape | undefined {
  const fixed: string[] = [];
  const holes: Hole[] = [];
  let fixedFrom = 0;
  let at = payload.indexOf('"');
  while (at !== -1) {
    const keyEnd = endOfString(payload, at + 1);
    if (keyEnd === -1) return undefined;
    const key = payload.slice(at + 1, keyEnd);
    keyPattern.lastIndex = keyEnd;
    let from = keyEnd + 1;
    if (keyPattern.test(payload)) {
      const hole = holeAt(payload, keyPattern.lastIndex, key, keys);
      from = keyPattern.lastIndex;
      if (hole !== undefined) {
        fixed.push(payload.slice(fixedFrom, hole.start));
        holes.push(hole.kind);
        fixedFrom = hole.end;
        from = hole.kind === 'number' ? hole.end : hole.end + 1;
      }
    }
    at = payload.indexOf('"', from);
  }
  fixed.push(payload.slice(fixedFrom));
  if (!holes.includes('content') || sizeOf(fixed) > maxFixedChars) return undefined;
  return { kind, fixed: fixed.map(detached), holes, frame: undefined };
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((size, text) => size + text.length, 0);
}

function holeAt(
  payload: string,
  value: number,
  key: string,
  keys: DeltaKeys,
): { kind: Hole; start: number; end: number } | undefined {
  const isContent = keys.content.includes(key);
  if (!isContent && !keys.ignored.includes(key)) return undefined;
  if (payload.charCodeAt(value) !== QUOTE) {
    const end = endOfNumber(payload, value);
    return end === value || isContent ? undefined : { kind: 'number', start: value, end };
  }
  const start = value + 1;
  const end = endOfString(payload, start);
  if (end === -1 || (isContent && end === start)) return undefined;
  return { kind: isContent ? 'content' : 'text', start, end };
}
