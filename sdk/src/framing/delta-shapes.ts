import { detached } from '../protocols/detached.ts';
import type { DeltaKeys, EventKind } from '../protocols/protocol.ts';

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
  forget(): void;
}

interface Shape {
  readonly kind: EventKind;
  /** The text before each hole, and after the last one. */
  readonly fixed: readonly string[];
  readonly holes: readonly Hole[];
}

/** `content`: a string, not empty. `text`: any string. `number`: any number. */
type Hole = 'content' | 'text' | 'number';

const maxShapes = 6;
const learningMisses = 12;
/** A delta with more around its content than this is rare enough to be parsed. */
const maxFixedChars = 4096;
const QUOTE = 34;
const BACKSLASH = 92;

export function createDeltaShapes(keys: DeltaKeys | undefined): DeltaShapes {
  const shapes: Shape[] = [];
  const prefixDecides = keys?.prefixDecides === true;
  let misses = 0;

  /** Where deltas keep differing in more than the named keys, comparing and learning are only tried now and then. */
  function worthLearning(): boolean {
    misses += 1;
    if (misses < learningMisses) return true;
    shapes.length = 0;
    return misses % learningMisses === 0;
  }

  /** Deltas of one kind come in a row. */
  function moveToFront(from: number, shape: Shape): void {
    shapes.splice(from, 1);
    shapes.unshift(shape);
  }

  return {
    match(payload) {
      for (let i = 0; i < shapes.length; i += 1) {
        const shape = shapes[i];
        if (shape === undefined || !fits(payload, shape, prefixDecides)) continue;
        misses = 0;
        if (i > 0) moveToFront(i, shape);
        return shape.kind;
      }
      return undefined;
    },
    learn(payload, kind) {
      if (keys === undefined || kind === 'event' || !worthLearning()) return;
      const shape = shapeOf(payload, kind, keys);
      if (shape === undefined) return;
      shapes.unshift(shape);
      if (shapes.length > maxShapes) shapes.pop();
    },
    forget() {
      shapes.length = 0;
    },
  };
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
  while (isNumberCode(payload.charCodeAt(end))) end += 1;
  return end;
}

function isNumberCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 43 || code === 101 || code === 69
  );
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
  return { kind, fixed: fixed.map(detached), holes };
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
