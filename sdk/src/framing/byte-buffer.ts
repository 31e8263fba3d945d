const keptCapacityBytes = 64 * 1024;
const none = new Uint8Array(0);

/** Bytes kept between two reads. Grows by doubling, so that one long frame in many reads costs linear time. */
export class ByteBuffer {
  #bytes = none;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(more: Uint8Array): void {
    const needed = this.#size + more.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2, 256));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    }
    this.#bytes.set(more, this.#size);
    this.#size = needed;
  }

  /** The kept bytes: a view that is valid until the next `append`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  clear(): void {
    this.#size = 0;
    // One huge frame must not pin its memory for the rest of the stream.
    if (this.#bytes.length > keptCapacityBytes) this.#bytes = none;
  }
}
