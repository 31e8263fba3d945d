/**
 * Remembers what was made from byte strings seen before, so that the few hundred attribute names and dimension values
 * that make up most of the traffic are decoded once.
 *
 * An open-addressing table. When half full, or out of room for keys, it starts anew, and a look-up gives up after a few
 * steps, so traffic that never repeats, or is made to collide, costs a decoding and neither memory nor more time. Bytes
 * are hashed and compared four at a time, which halves the time of a look-up.
 */
export class ByteStrings<T> {
  readonly #make: (text: string) => T;
  readonly #mask: number;
  readonly #hashes: Uint32Array;
  /** One piece of memory for all keys: as small buffers each would keep the whole slab alive that it was cut from. */
  readonly #keys: Buffer;
  readonly #keysView: DataView;
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
    this.#keysView = viewOf(this.#keys);
    this.#starts = new Uint32Array(slots);
    this.#ends = new Uint32Array(slots);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
  }

  /** What `make` returns for the UTF-8 text in `bytes` from `start` to `end`. @param view of the same bytes */
  get(bytes: Buffer, view: DataView, start: number, end: number): T {
    if (end - start > MAX_REMEMBERED_BYTES) return this.#make(bytes.toString('utf8', start, end));
    const hash = hashOf(view, start, end);
    let slot = hash & this.#mask;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      if (this.#ends[slot] === 0) return this.#add(slot, hash, bytes, start, end);
      if (this.#hashes[slot] === hash && this.#holds(slot, view, start, end)) return this.#values[slot] as T;
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

  #holds(slot: number, view: DataView, start: number, end: number): boolean {
    const keys = this.#keysView;
    const keyStart = this.#starts[slot] as number;
    const length = end - start;
    if ((this.#ends[slot] as number) - keyStart !== length) return false;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      if (keys.getInt32(keyStart + at) !== view.getInt32(start + at)) return false;
    }
    for (; at < length; at += 1) {
      if (keys.getUint8(keyStart + at) !== view.getUint8(start + at)) return false;
    }
    return true;
  }
}

export function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Not 0, which is the end of no key. */
const FIRST_KEY = 1;
/** Keys are 20 bytes on average, and half of the slots are used. */
const KEY_BYTES_PER_SLOT = 24;
const MAX_REMEMBERED_BYTES = 128;
const MAX_STEPS = 16;

/** Of the length, the first four bytes and the last twelve: names share their beginnings, so their ends tell them apart. */
function hashOf(view: DataView, start: number, end: number): number {
  const length = end - start;
  let hash = Math.imul(length + 1, 0x9e37_79b1);
  if (length < 4) {
    for (let at = start; at < end; at += 1) hash = mixed(hash, view.getUint8(at));
    return hash >>> 0;
  }
  hash = mixed(hash, view.getInt32(start));
  hash = mixed(hash, view.getInt32(end - 4));
  if (length >= 8) hash = mixed(hash, view.getInt32(end - 8));
  if (length >= 12) hash = mixed(hash, view.getInt32(end - 12));
  return (hash ^ (hash >>> 15)) >>> 0;
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e37_79b1);
  return product ^ (product >>> 15);
}
