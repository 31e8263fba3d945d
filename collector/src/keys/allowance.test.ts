import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAllowance } from './allowance.ts';

describe('an allowance', () => {
  it('lets a burst through, then as much as comes back', () => {
    let now = 0;
    const allowance = createAllowance({ spansPerSecond: 10, burstSpans: 20, now: () => now });
    allowance.spend(20);
    expect(allowance.waitSeconds()).toBeCloseTo(0.1);
    now = 100;
    expect(allowance.waitSeconds()).toBe(0);
    now = 1_000_000;
    allowance.spend(20);
    expect(allowance.waitSeconds()).toBeGreaterThan(0);
  });

  it('lets a batch through that is larger than itself, which is paid for afterwards', () => {
    let now = 0;
    const allowance = createAllowance({ spansPerSecond: 10, burstSpans: 10, now: () => now });
    expect(allowance.waitSeconds()).toBe(0);
    allowance.spend(110);
    expect(allowance.waitSeconds()).toBeCloseTo(10.1);
    now = 10_101;
    expect(allowance.waitSeconds()).toBe(0);
  });

  it('never lets more through than the rate, the burst and one batch', () => {
    const step = fc.record({
      pauseMs: fc.integer({ min: 0, max: 3_000 }),
      spans: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 0;
        let taken = 0;
        const allowance = createAllowance({ spansPerSecond: 50, burstSpans: 100, now: () => now });
        for (const { pauseMs, spans } of steps) {
          now += pauseMs;
          if (allowance.waitSeconds() > 0) continue;
          allowance.spend(spans);
          taken += spans;
        }
        expect(taken).toBeLessThanOrEqual(100 + (now / 1_000) * 50 + 200);
      }),
    );
  });
});
