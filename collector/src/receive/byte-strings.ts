/**
 * Remembers what was made from byte strings seen before, so that the few hundred attribute names and dimension values
 * that make up most of the traffic are decoded once.
 *
 * An open-addressing table. When half full it starts anew, and a look-up gives up after a few steps, so traffic that
 * never repeats, or is made to collide, costs a decoding and neither memory nor more time.
 */
export class ByteStrings<T> {
  readonly #make: (text: string) => T;
  readonly #mask: number;
  readonly #hashes: Uint32Array;
  readonly #keys: (Buffer | undefined)[];
  readonly #values: (T | undefined)[];
  #size = 0;

  /** @param slots a power of two */
  constructor(make: (text: string) => T, slots: number) {
    this.#make = make;
    this.#mask = slots - 1;
    this.#hashes = new Uint32Array(slots);
    this.#keys = new Array<Buffer | undefined>(slots).fill(undefined);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
  }

  /** What `make` returns for the UTF-8 text in `bytes` from `start` to `end`. */
  get(bytes: Buffer, start: number, end: number): T {
    if (end - start > MAX_REMEMBERED_BYTES) return this.#make(bytes.toString('utf8', start, end));
    const hash = hashOf(bytes, start, end);
    let slot = hash & this.#mask;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const key = this.#keys[slot];
      if (key === undefined) return this.#add(slot, hash, bytes, start, end);
      if (this.#hashes[slot] === hash && equals(key, bytes, start, end)) return this.#values[slot] as T;
      slot = (slot + 1) & this.#mask;
    }
    return this.#make(bytes.toString('utf8', start, end));
  }

  #add(slot: number, hash: number, bytes: Buffer, start: number, end: number): T {
    const value = this.#make(bytes.toString('utf8', start, end));
    if (this.#size > this.#mask >> 1) {
      this.#keys.fill(undefined);
      this.#values.fill(undefined);
      this.#size = 0;
      return value;
    }
    this.#hashes[slot] = hash;
    this.#keys[slot] = Buffer.from(bytes.subarray(start, end));
    this.#values[slot] = value;
    this.#size += 1;
    return value;
  }
}

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

function equals(key: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (key.length !== length) return false;
  for (let i = length - 1; i >= 0; i -= 1) if (key[i] !== bytes[start + i]) return false;
  return true;
}
