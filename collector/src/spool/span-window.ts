import { crc32 } from 'node:zlib';
import { writeHex } from '../hex.ts';
import { SPAN_KEY_BYTES } from './record.ts';

const WORDS = SPAN_KEY_BYTES / 4;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** What stands for a project in the keys of its spans. */
export function projectTag(project: string): number {
  return crc32(project);
}

/**
 * Writes the key of a span: its trace id and span id as they are, and the tag of its project.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 */
export function writeSpanKey(out: Buffer, at: number, tag: number, traceId: string, spanId: string): void {
  writeHex(out, at, traceId, TRACE_ID_BYTES);
  writeHex(out, at + TRACE_ID_BYTES, spanId, SPAN_ID_BYTES);
  out.writeUInt32LE(tag, at + TRACE_ID_BYTES + SPAN_ID_BYTES);
}

/**
 * The spans that were taken last, whole keys and no fingerprints: to take a new span for a known one would lose it.
 *
 * A ring of keys with a hash table of positions over it, in 28 + 8 to 16 bytes a span; as a `Set` of strings it would
 * take three times that and the garbage collector would walk it. A full window forgets the oldest.
 */
export class SpanWindow {
  readonly #capacity: number;
  readonly #keys: Uint32Array;
  /** Position in the ring plus one; 0 is free. Open addressing, next slot on collision. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  readonly #key = new Uint32Array(WORDS);
  readonly #seed: number;
  #next = 0;
  #isFull = false;
  #size = 0;

  /** @param seed unknown to senders, so that none can choose ids that collide */
  constructor(capacity: number, seed: number) {
    this.#capacity = capacity;
    this.#seed = seed;
    this.#keys = new Uint32Array(capacity * WORDS);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(capacity * 2)));
    this.#mask = this.#slots.length - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** @returns false when the span is known */
  add(bytes: Buffer, at: number): boolean {
    const key = this.#load(bytes, at);
    if (this.#slots[this.#find(key, 0)] !== 0) return false;
    if (this.#isFull) this.#evict(this.#next);
    this.#keys.set(key, this.#next * WORDS);
    // Looked up again: the eviction may have moved the free slot.
    this.#slots[this.#find(key, 0)] = this.#next + 1;
    this.#size += 1;
    this.#next += 1;
    if (this.#next === this.#capacity) {
      this.#next = 0;
      this.#isFull = true;
    }
    return true;
  }

  has(bytes: Buffer, at: number): boolean {
    return this.#slots[this.#find(this.#load(bytes, at), 0)] !== 0;
  }

  /** Forgets these spans: they were not stored after all. */
  remove(keys: Buffer): void {
    for (let at = 0; at < keys.length; at += SPAN_KEY_BYTES) {
      const slot = this.#find(this.#load(keys, at), 0);
      if (this.#slots[slot] !== 0) this.#free(slot);
    }
  }

  #load(bytes: Buffer, at: number): Uint32Array {
    for (let i = 0; i < WORDS; i += 1) this.#key[i] = bytes.readUInt32LE(at + 4 * i);
    return this.#key;
  }

  #evict(position: number): void {
    const key = this.#keys.subarray(position * WORDS, (position + 1) * WORDS);
    const slot = this.#find(key, 0);
    // It may have been removed, and added again at another position.
    if (this.#slots[slot] === position + 1) this.#free(slot);
  }

  /** The slot of the key, or the free one where it belongs. */
  #find(key: Uint32Array, keyAt: number): number {
    let slot = this.#homeOf(key, keyAt);
    for (let entry = this.#slots[slot] ?? 0; entry !== 0; entry = this.#slots[slot] ?? 0) {
      if (this.#isAt(entry - 1, key, keyAt)) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #isAt(position: number, key: Uint32Array, keyAt: number): boolean {
    for (let i = 0; i < WORDS; i += 1) {
      if (this.#keys[position * WORDS + i] !== key[keyAt + i]) return false;
    }
    return true;
  }

  #homeOf(key: Uint32Array, keyAt: number): number {
    let hash = this.#seed;
    for (let i = 0; i < WORDS; i += 1) {
      hash = Math.imul(hash ^ (key[keyAt + i] ?? 0), 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    return hash & this.#mask;
  }

  /** Moves those behind it up, so that no search ends early at the gap. */
  #free(slot: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let gap = slot;
    for (let at = (slot + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const position = (slots[at] ?? 0) - 1;
      const home = this.#homeOf(this.#keys, position * WORDS);
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      slots[gap] = slots[at] ?? 0;
      gap = at;
    }
    slots[gap] = 0;
    this.#size -= 1;
  }
}
