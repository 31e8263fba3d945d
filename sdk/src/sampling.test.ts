import type { StreamFacts } from '@weir/schemas/attributes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAbnormal, sampleWeight } from './sampling.ts';

const normal: StreamFacts = {
  outcome: 'completed',
  ttftSeconds: 0.4,
  stalls: 0,
  stallThresholdSeconds: 10,
  malformedEvents: 0,
};

describe('a stream is abnormal', () => {
  test.each<[string, StreamFacts]>([
    ['failed', { outcome: 'failed' }],
    ['was cut at its limit', { outcome: 'limited' }],
    ['was aborted', { outcome: 'aborted' }],
    ['was lost', { outcome: 'lost' }],
    ['ended in a way that nobody knows', { outcome: 'unknown' }],
    ['stalled', { stalls: 1 }],
    ['was stalled when it ended', { stallAtEnd: true }],
    ['began as late as a stall is long', { ttftSeconds: 10 }],
    ['survived a frame that does not decode', { malformedEvents: 1 }],
    ['is a second attempt', { attempt: 2 }],
    ['was sent again by its client', { resendCount: 1 }],
    ['is followed by another attempt', { finalAttempt: false }],
  ])('that %s', (_, facts) => {
    const stream = { ...normal, ...facts };
    expect(isAbnormal(stream)).toBe(true);
    expect(sampleWeight(1e-9, stream, 'a')).toBe(1);
  });

  test('and not otherwise', () => {
    expect(isAbnormal(normal)).toBe(false);
    expect(isAbnormal({ ...normal, attempt: 1, finalAttempt: true, resendCount: 0 })).toBe(false);
  });
});

const share = fc.double({ min: 0.01, max: 1, noNaN: true });

describe('a normal stream', () => {
  test('is kept or dropped with every other one of its key', () => {
    fc.assert(
      fc.property(fc.string(), share, (key, kept) => {
        const other = { ...normal, model: 'another', ttftSeconds: 2 };
        expect(sampleWeight(kept, normal, key)).toBe(sampleWeight(kept, other, key));
      }),
    );
  });

  test('that a smaller share keeps, a larger one keeps too', () => {
    fc.assert(
      fc.property(fc.string(), share, share, (key, one, two) => {
        fc.pre(one < two && sampleWeight(one, normal, key) > 0);
        expect(sampleWeight(two, normal, key)).toBeGreaterThan(0);
      }),
    );
  });

  test('has the share that the option says for it', () => {
    const byModel = ({ model }: StreamFacts) => (model === 'small' ? 1e-9 : undefined);
    expect(sampleWeight(byModel, { ...normal, model: 'small' }, 'a')).toBe(0);
    expect(sampleWeight(byModel, { ...normal, model: 'large' }, 'a')).toBe(1);
  });

  test.each([0, -1, 1.5, Number.NaN])('cannot be sampled by a share of %d', (wrong) => {
    expect(() => sampleWeight(wrong, normal, 'a')).toThrow(RangeError);
  });
});

test('sums of weights converge to the counts, whatever the share and the failure rate', () => {
  fc.assert(
    fc.property(share, fc.integer({ min: 0, max: 2500 }), fc.nat(), (kept, failed, seed) => {
      const count = 5000;
      let weights = 0;
      let weightsOfFailed = 0;
      for (let i = 0; i < count; i++) {
        const outcome = i < failed ? 'failed' : 'completed';
        // Numbered keys are the hardest for a hash: they differ in a character or two.
        const weight = sampleWeight(kept, { ...normal, outcome }, `${seed}-${i}`);
        weights += weight;
        if (outcome === 'failed') weightsOfFailed += weight;
      }
      expect(weightsOfFailed).toBe(failed);
      // Six standard errors of a sum of independent draws.
      const error = Math.sqrt(((count - failed) * (1 - kept)) / kept);
      expect(Math.abs(weights - count)).toBeLessThanOrEqual(6 * error + 1e-6 * count);
    }),
    { numRuns: 200 },
  );
});
