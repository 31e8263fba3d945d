/** When and how large the last reads with content were: evidence for a stream that broke. */
export class RecentChunks {
  readonly #offsetsMs: Float64Array;
  readonly #sizes: Uint32Array;
  #added = 0;

  constructor(capacity = 64) {
    this.#offsetsMs = new Float64Array(capacity);
    this.#sizes = new Uint32Array(capacity);
  }

  add(offsetMs: number, bytes: number): void {
    const slot = this.#added++ % this.#offsetsMs.length;
    this.#offsetsMs[slot] = offsetMs;
    this.#sizes[slot] = bytes;
  }

  /** @returns offsets from the call (ms) and sizes (bytes), oldest first. */
  list(): { offsetsMs: number[]; sizes: number[] } {
    const capacity = this.#offsetsMs.length;
    const kept = Math.min(this.#added, capacity);
    const offsetsMs: number[] = [];
    const sizes: number[] = [];
    for (let i = this.#added - kept; i < this.#added; i++) {
      offsetsMs.push(this.#offsetsMs[i % capacity] ?? 0);
      sizes.push(this.#sizes[i % capacity] ?? 0);
    }
    return { offsetsMs, sizes };
  }
}
