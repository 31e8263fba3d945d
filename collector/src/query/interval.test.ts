import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketStarts, timeAxis } from './interval.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const noon = Date.parse('2026-03-01T12:00:00Z');

describe('timeAxis', () => {
  it.each([
    [30_000, 60, 1_000],
    [hour, 60, minute],
    [hour, 59, 2 * minute],
    [6 * hour, 60, 10 * minute],
    [day, 60, 30 * minute],
    [day, 300, 5 * minute],
    [7 * day, 60, 3 * hour],
    [30 * day, 60, 12 * hour],
    [30 * day, 7, 7 * day],
    [3 * 365 * day, 2, 548 * day],
  ])('%d ms in at most %d buckets are %d ms wide', (length, atMost, width) => {
    expect(timeAxis(noon - length, noon, atMost).widthMs).toBe(width);
  });

  it('covers the range with buckets on multiples of the width', () => {
    const starts = bucketStarts(timeAxis(noon + 30_000, noon + hour + 30_000, 60));
    expect(starts).toHaveLength(61);
    expect(starts[0]).toBe(noon);
    expect(starts.at(-1)).toBe(noon + hour);
  });

  it('needs no bucket more when the range begins on a boundary', () => {
    expect(timeAxis(noon, noon + hour, 60).count).toBe(60);
  });

  it('covers any range, neither too finely nor beyond it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 1, max: 1_000 }),
        (fromMs, length, atMost) => {
          const axis = timeAxis(fromMs, fromMs + length, atMost);
          const [first = Number.NaN, last = first] = [axis.first, axis.first + axis.count - 1];
          expect(axis.count).toBeLessThanOrEqual(atMost + 1);
          expect(first * axis.widthMs).toBeLessThanOrEqual(fromMs);
          expect((first + 1) * axis.widthMs).toBeGreaterThan(fromMs);
          expect(last * axis.widthMs).toBeLessThan(fromMs + length);
          expect((last + 1) * axis.widthMs).toBeGreaterThanOrEqual(fromMs + length);
        },
      ),
    );
  });
});
