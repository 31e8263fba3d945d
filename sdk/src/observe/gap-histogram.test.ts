import { gapRelativeError } from '@weir/schemas/gap-buckets';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GapHistogram } from './gap-histogram.ts';

test('an empty histogram has no quantiles', () => {
  const histogram = new GapHistogram();
  expect(histogram.quantile(0.5)).toBeUndefined();
  expect(histogram.sparse()).toEqual([]);
});

test('any quantile of any gaps is within the stated relative error of the exact one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1500, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (gaps, q) => {
        const histogram = new GapHistogram();
        for (const gap of gaps) histogram.add(gap);
        const sorted = [...gaps].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * gaps.length)) - 1] ?? 0;
        const error = Math.abs((histogram.quantile(q) ?? 0) / exact - 1);
        expect(error).toBeLessThanOrEqual(gapRelativeError + 1e-9);
      },
    ),
  );
});

test('sparse counts hold every gap that was added', () => {
  const histogram = new GapHistogram();
  for (const gap of [0, 0.02, 0.02, 3]) histogram.add(gap);
  const counts = histogram.sparse().filter((_, index) => index % 2 === 1);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  expect(counts).toContain(2);
});
