import type { Percentiles } from '@weir/schemas/api';
import { gapBuckets, gapRelativeError } from '@weir/schemas/gap-buckets';
import { expect } from 'vitest';

/** BFloat16 keeps 8 significant bits; the middle of a step is off by at most half of one. */
const PERCENTILE_TOLERANCE = 2 ** -8;

export function expectPercentiles(actual: Percentiles, expected: Percentiles): void {
  for (const rank of ['p50', 'p95', 'p99'] as const) {
    const exact = expected[rank];
    if (exact === null) expect(actual[rank]).toBeNull();
    else
      expect(Math.abs((actual[rank] ?? Number.NaN) - exact)).toBeLessThanOrEqual(
        PERCENTILE_TOLERANCE * exact,
      );
  }
}

/** Rollups keep log buckets; the middle of one is then cut to 8 bits. Below the first bucket's end all are one. */
export function expectRolledPercentiles(actual: Percentiles, expected: Percentiles): void {
  for (const rank of ['p50', 'p95', 'p99'] as const) {
    const exact = expected[rank];
    if (exact === null) expect(actual[rank]).toBeNull();
    else {
      const tolerance = Math.max(
        gapBuckets.minSeconds,
        exact * ((1 + gapRelativeError) * (1 + PERCENTILE_TOLERANCE) - 1),
      );
      expect(Math.abs((actual[rank] ?? Number.NaN) - exact)).toBeLessThanOrEqual(tolerance);
    }
  }
}
