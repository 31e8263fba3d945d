/**
 * The one log-bucket scale for gaps between chunks: the SDK counts into it, ClickHouse sums it (`sumMap`), and
 * quantiles of any set of streams come from the sums.
 *
 * Bucket 0 holds everything below `minSeconds`; bucket i >= 1 holds [min * growth^(i-1), min * growth^i). The last
 * bucket is open. A quantile read as the geometric middle of its bucket is off by at most sqrt(growth) - 1 = 4.9 %.
 */
export const gapBuckets = { minSeconds: 0.001, growth: 1.1, count: 152 } as const;

const inverseLogGrowth = 1 / Math.log(gapBuckets.growth);

/** Largest relative error of a quantile read from the buckets, for gaps of at least `minSeconds`. */
export const gapRelativeError: number = Math.sqrt(gapBuckets.growth) - 1;

/** @param seconds gap between two chunks, s; negative and NaN count as 0. @returns bucket, 0 to `count - 1`. */
export function gapBucketOf(seconds: number): number {
  if (!(seconds >= gapBuckets.minSeconds)) return 0;
  const index = 1 + Math.floor(Math.log(seconds / gapBuckets.minSeconds) * inverseLogGrowth);
  return index < gapBuckets.count ? index : gapBuckets.count - 1;
}

/** @returns the geometric middle of a bucket, s (half of `minSeconds` for bucket 0). */
export function gapBucketSeconds(bucket: number): number {
  if (bucket <= 0) return gapBuckets.minSeconds / 2;
  return gapBuckets.minSeconds * gapBuckets.growth ** (bucket - 0.5);
}
