import { writeHex } from '../hex.ts';

const INITIAL_BYTES = 1_024;

/** A growing byte buffer with the primitives of ClickHouse's Native format. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(initialBytes = INITIAL_BYTES) {
    this.#bytes = Buffer.allocUnsafe(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** LEB128, as ClickHouse's VarUInt. `value` is at most 2^31 - 1: nothing here is longer. */
  varUint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  uint64(value: number): void {
    this.#reserve(8);
    this.#bytes.writeUInt32LE(value >>> 0, this.#length);
    this.#bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.#length + 4);
    this.#length += 8;
  }

  zeros(count: number): void {
    this.#reserve(count);
    this.#bytes.fill(0, this.#length, this.#length + count);
    this.#length += count;
  }

  /** UTF-8 with its length in front. */
  text(value: string): void {
    // Short ASCII, which is nearly every value, is copied faster here than by a native call.
    if (value.length < 64) {
      this.#reserve(value.length + 1);
      const start = this.#length + 1;
      let i = 0;
      for (; i < value.length; i += 1) {
        const code = value.charCodeAt(i);
        if (code > 0x7f) break;
        this.#bytes[start + i] = code;
      }
      if (i === value.length) {
        this.#bytes[start - 1] = value.length;
        this.#length = start + value.length;
        return;
      }
    }
    const size = Buffer.byteLength(value);
    this.varUint(size);
    this.#reserve(size);
    this.#bytes.write(value, this.#length);
    this.#length += size;
  }

  /** `size` bytes from lower-case or upper-case hex, or zeros for ''. */
  hex(value: string, size: number): void {
    this.#reserve(size);
    if (value === '') this.#bytes.fill(0, this.#length, this.#length + size);
    else writeHex(this.#bytes, this.#length, value, size);
    this.#length += size;
  }

  /** The elements as they lie in memory, which is little-endian on every platform that ClickHouse runs on. */
  elements(array: ArrayBufferView, byteLength: number): void {
    this.#reserve(byteLength);
    this.#bytes.set(new Uint8Array(array.buffer, array.byteOffset, byteLength), this.#length);
    this.#length += byteLength;
  }

  append(other: ByteWriter): void {
    this.elements(other.#bytes, other.#length);
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  }

  /** A copy of what was written. */
  toBuffer(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** A buffer that one exceptional request made larger than this is given back. */
export const KEPT_BYTES = 1 << 20;
