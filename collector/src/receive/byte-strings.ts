/**
 * Remembers what was made from byte strings seen before, so that the few hundred attribute names and dimension values
 * that make up most of the traffic are decoded once.
 *
 * An open-addressing table. When half full, or out of room for keys, it starts anew, and a look-up gives up after a few steps, so traffic that
 * never repeats, or is made to collide, costs a decoding and neither memory nor more time.
 */
export class ByteStrings<T> {
  readonly #make: (text: string) => T;
  readonly #mask: number;
  readonly #hashes: Uint32Array;
  /** One piece of memory for all keys: as small buffers each would keep the whole slab alive that it was cut from. */
  readonly #keys: Buffer;
  readonly #starts: Uint32Array;
  /** 0 for a slot that is empty. */
  readonly #ends: Uint32Array;
  readonly #values: (T | undefined)[];
  #size = 0;
  #keysEnd = FIRST_KEY;

  /** @param slots a power of two */
  constructor(make: (text: string) => T, slots: number) {
    this.#make = make;
    this.#mask = slots - 1;
    this.#hashes = new Uint32Array(slots);
    this.#keys = Buffer.alloc(FIRST_KEY + slots * KEY_BYTES_PER_SLOT);
    this.#starts = new Uint32Array(slots);
    this.#ends = new Uint32Array(slots);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
  }

  /** What `make` returns for the UTF-8 text in `bytes` from `start` to `end`. */
  get(bytes: Buffer, start: number, end: number): T {
    if (end - start > MAX_REMEMBERED_BYTES) return this.#make(bytes.toString('utf8', start, end));
    const hash = hashOf(bytes, start, end);
    let slot = hash & this.#mask;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (this.#ends[slot] === 0) return this.#add(slot, hash, bytes, start, end);
      if (this.#hashes[slot] === hash && this.#holds(slot, bytes, start, end)) return this.#values[slot] as T;
      slot = (slot + 1) & this.#mask;
    }
    return this.#make(bytes.toString('utf8', start, end));
  }

  #add(slot: number, hash: number, bytes: Buffer, start: number, end: number): T {
    const value = this.#make(bytes.toString('utf8', start, end));
    const keyEnd = this.#keysEnd + end - start;
    if (this.#size > this.#mask >> 1 || keyEnd > this.#keys.length) {
      this.#startAnew();
      return value;
    }
    bytes.copy(this.#keys, this.#keysEnd, start, end);
    this.#hashes[slot] = hash;
    this.#starts[slot] = this.#keysEnd;
    this.#ends[slot] = keyEnd;
    this.#values[slot] = value;
    this.#keysEnd = keyEnd;
    this.#size += 1;
    return value;
  }

  #startAnew(): void {
    this.#ends.fill(0);
    this.#values.fill(undefined);
    this.#size = 0;
    this.#keysEnd = FIRST_KEY;
  }

  #holds(slot: number, bytes: Buffer, start: number, end: number): boolean {
    const keys = this.#keys;
    const keyEnd = this.#ends[slot] as number;
    const length = end - start;
    if (keyEnd - (this.#starts[slot] as number) !== length) return false;
    for (let i = 1; i <= length; i += 1) if (keys[keyEnd - i] !== bytes[end - i]) return false;
    return true;
  }
}

/** Not 0, which is the end of no key. */
const FIRST_KEY = 1;
/** Keys are 20 bytes on average, and half of the slots are used. */
const KEY_BYTES_PER_SLOT = 24;
const MAX_REMEMBERED_BYTES = 128;
const MAX_STEPS = 16;

/** Attribute names share their beginnings, so their ends tell them apart. */
const HASHED_BYTES = 12;

/** FNV-1a over the length and the last bytes. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = Math.imul(0x811c9dc5 ^ (end - start), 0x01000193);
  for (let i = Math.max(start, end - HASHED_BYTES); i < end; i += 1) {
    hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  }
  return hash >>> 0;
}
