const capacity = 64;
const firstCapacity = 8;
/** The widest gap that is told apart, 71 minutes. */
const maxGapMicroseconds = 2 ** 32 - 1;

/**
 * When and how large the last reads with content were: evidence for a stream that broke. Half a kibibyte for each open
 * stream, and 64 bytes for a short one: kept are gaps in microseconds, from which times follow back from the last one.
 */
export class RecentChunks {
  /** Gap before a read and its size, in turn; a ring. */
  #pairs = new Uint32Array(2 * firstCapacity);
  #added = 0;
  /** Whole, as gaps are: differences of fractions drift, below zero at the first read. */
  #lastMicroseconds = 0;

  add(offsetMs: number, bytes: number): void {
    if (2 * this.#added === this.#pairs.length && this.#added < capacity) this.#grow();
    const slot = 2 * (this.#added % capacity);
    const microseconds = Math.round(offsetMs * 1000);
    this.#pairs[slot] = Math.min(microseconds - this.#lastMicroseconds, maxGapMicroseconds);
    this.#pairs[slot + 1] = bytes;
    this.#added += 1;
    this.#lastMicroseconds = microseconds;
  }

  /** @returns offsets from the call (ms) and sizes (bytes), oldest first. */
  list(): { offsetsMs: number[]; sizes: number[] } {
    const kept = Math.min(this.#added, capacity);
    const offsetsMs = new Array<number>(kept);
    const sizes = new Array<number>(kept);
    let microseconds = this.#lastMicroseconds;
    for (let back = 1; back <= kept; back += 1) {
      const slot = 2 * ((this.#added - back) % capacity);
      offsetsMs[kept - back] = microseconds / 1000;
      sizes[kept - back] = this.#pairs[slot + 1] ?? 0;
      microseconds -= this.#pairs[slot] ?? 0;
    }
    return { offsetsMs, sizes };
  }

  #grow(): void {
    const grown = new Uint32Array(2 * this.#pairs.length);
    grown.set(this.#pairs);
    this.#pairs = grown;
  }
}
