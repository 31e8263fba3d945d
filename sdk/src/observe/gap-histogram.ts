import { gapBucketOf, gapBucketSeconds, gapBuckets } from '@weir/schemas/gap-buckets';

/** Buckets up to 4 ms: as many as fit where the engine keeps small arrays, without an allocation of their own. */
const firstBuckets = 16;

/**
 * Counts of gaps on the log-bucket scale of `@weir/schemas`. At most 608 bytes however long the stream is, and no more
 * than its longest gap needs; the counts of any set of streams add up.
 */
export class GapHistogram {
  #counts = new Uint32Array(firstBuckets);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(seconds: number): void {
    const bucket = gapBucketOf(seconds);
    if (bucket >= this.#counts.length) this.#growTo(bucket);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
  }

  /**
   * @param q 0 to 1.
   * @returns the q-quantile by nearest rank, s, off by at most `gapRelativeError`; undefined when nothing was added.
   */
  quantile(q: number): number | undefined {
    if (this.#total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return gapBucketSeconds(bucket);
    }
    return gapBucketSeconds(gapBuckets.count - 1);
  }

  /** @returns bucket, count, bucket, count, … of the buckets that are not empty. */
  sparse(): number[] {
    const pairs: number[] = [];
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) pairs.push(bucket, count);
    }
    return pairs;
  }

  #growTo(bucket: number): void {
    let length = this.#counts.length;
    while (length <= bucket) length *= 2;
    const grown = new Uint32Array(Math.min(length, gapBuckets.count));
    grown.set(this.#counts);
    this.#counts = grown;
  }
}
