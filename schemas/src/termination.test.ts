import { describe, expect, it } from 'vitest';
import { adviceByReason } from './advice.ts';
import { gapBucketOf, gapBucketSeconds, gapBuckets, gapRelativeError } from './gap-buckets.ts';
import { isTerminationReason, outcomeOf, outcomes, reasons } from './termination.ts';

describe('the taxonomy', () => {
  it('maps every reason to an outcome, and every outcome is reachable', () => {
    expect(new Set(reasons.map(outcomeOf))).toEqual(new Set(outcomes));
  });

  it('has advice for everything that is not a completion', () => {
    const silent = reasons.filter(
      (r) => !['completed', 'unknown'].includes(outcomeOf(r)) && !adviceByReason[r],
    );
    expect(silent).toEqual([]);
  });

  it('takes only its own words for reasons', () => {
    expect(isTerminationReason('reset')).toBe(true);
    expect(isTerminationReason('toString')).toBe(false);
    expect(isTerminationReason(undefined)).toBe(false);
  });
});

describe('gap buckets', () => {
  it('return a gap within the stated relative error', () => {
    for (let seconds = gapBuckets.minSeconds; seconds < 1500; seconds *= 1.013) {
      const back = gapBucketSeconds(gapBucketOf(seconds));
      expect(Math.abs(back - seconds) / seconds).toBeLessThanOrEqual(gapRelativeError + 1e-9);
    }
  });

  it('keep everything in range, whatever comes', () => {
    for (const seconds of [Number.NaN, -1, 0, 1e-9, 1e9, Number.POSITIVE_INFINITY]) {
      const bucket = gapBucketOf(seconds);
      expect(bucket).toBeGreaterThanOrEqual(0);
      expect(bucket).toBeLessThan(gapBuckets.count);
    }
  });
});
