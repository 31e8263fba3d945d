import { describe, expect, it } from 'vitest';
import { effectiveTrials, wilsonInterval } from './wilson.ts';

describe('wilsonInterval', () => {
  // Published values: R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is %d to %d', (hits, trials, low, high) => {
    const interval = wilsonInterval(hits / trials, trials);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it('is closed at the ends, and absent without trials', () => {
    expect(wilsonInterval(1, 5)?.high).toBe(1);
    expect(wilsonInterval(0, 5)?.low).toBe(0);
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});

describe('effectiveTrials', () => {
  it('is the count when all weigh the same, whatever the weight', () => {
    expect(effectiveTrials(7, 7)).toBe(7);
    expect(effectiveTrials(70, 700)).toBe(7);
  });

  it('is less when few weigh most', () => {
    expect(effectiveTrials(101 + 99, 101 ** 2 + 99)).toBeLessThan(4);
  });
});
