import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { timingFor } from './timing.ts';

const RUNS = 2001;

function median(values: number[]): number {
  return values.sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianTtft(model: string): number {
  const random = seededRandom(1);
  return median(Array.from({ length: RUNS }, () => timingFor(model, {}, random).ttftMs));
}

describe('timingFor', () => {
  it('takes what it is told exactly', () => {
    const told = { headersMs: 10, ttftMs: 300, gapMs: 20, jitter: 0, chunks: 50 };
    expect(timingFor('gpt-4o', told, seededRandom(1))).toEqual(told);
  });

  it('sends headers before the first chunk', () => {
    const random = seededRandom(1);
    for (let run = 0; run < RUNS; run += 1) {
      const { headersMs, ttftMs } = timingFor('claude-sonnet-5', {}, random);
      expect(headersMs).toBeLessThan(ttftMs);
    }
  });

  it('makes small models quick and reasoning models slow to start', () => {
    expect(medianTtft('gpt-4o-mini')).toBeLessThan(medianTtft('gpt-4o'));
    expect(medianTtft('o3')).toBeGreaterThan(5000);
  });

  it('draws around the median of the model', () => {
    const ttft = medianTtft('gpt-4o');
    expect(ttft).toBeGreaterThan(600);
    expect(ttft).toBeLessThan(700);
  });

  it('never makes an answer without content or beyond its usual size', () => {
    const random = seededRandom(2);
    for (let run = 0; run < RUNS; run += 1) {
      const { chunks } = timingFor('gpt-4o', {}, random);
      expect(chunks).toBeGreaterThanOrEqual(8);
      expect(chunks).toBeLessThanOrEqual(600);
    }
  });
});
