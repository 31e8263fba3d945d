import { gapBucketOf, gapBucketSeconds, gapRelativeError } from '@weir/schemas/gap-buckets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramQuantile } from './gaps.ts';

describe('histogramQuantile', () => {
  it('is within the error of the buckets of the exact quantile', () => {
    const gap = fc.double({ min: 0.001, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1 }), fc.constantFrom(0.5, 0.95, 0.99), (seconds, quantile) => {
        const sorted = seconds.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
        const counts = Map.groupBy(sorted, gapBucketOf);
        const buckets = [...counts].map(([bucket, { length }]) => ({ bucket, gaps: length }));
        const read = histogramQuantile(buckets, quantile) ?? Number.NaN;
        expect(Math.abs(read - exact) / exact).toBeLessThan(gapRelativeError + 1e-9);
      }),
    );
  });

  it('follows the weights', () => {
    const buckets = [
      { bucket: 10, gaps: 94 },
      { bucket: 90, gaps: 6 },
    ];
    expect(histogramQuantile(buckets, 0.5)).toBe(gapBucketSeconds(10));
    expect(histogramQuantile(buckets, 0.95)).toBe(gapBucketSeconds(90));
  });

  it('is null without gaps', () => {
    expect(histogramQuantile([], 0.5)).toBeNull();
  });
});
