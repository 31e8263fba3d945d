import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levels } from './levels.ts';
import { type Coverage, planOf } from './plan.ts';

const HOUR_MS = 3_600_000;
const startMs = Date.parse('2026-03-02T00:00:00Z');
const untilMs = startMs + 48 * HOUR_MS;

/** Covers a slot when the number of its start says so. */
function coverageWhere(isCovered: (levelSeconds: number, slotMs: number) => boolean): Coverage {
  return {
    fromMs: startMs,
    untilMs,
    generationOf: (_, levelSeconds, slotMs) =>
      isCovered(levelSeconds, slotMs) ? slotMs / 1_000 + levelSeconds : undefined,
  };
}

const options = { project: 'default' };
const hours = (from: number, to: number) => ({
  fromMs: startMs + from * HOUR_MS,
  toMs: startMs + to * HOUR_MS,
});

describe('a plan', () => {
  it('takes everything from streams without rollups', () => {
    expect(planOf(hours(0, 6), undefined, options)).toEqual({ rolled: [], raw: [hours(0, 6)] });
  });

  it('takes coarse slots, fine ones before and after them, and the ends from streams', () => {
    const all = coverageWhere(() => true);
    const { rolled, raw } = planOf(hours(4.99, 13.01), all, options);
    expect(rolled.map(({ levelSeconds, generations }) => [levelSeconds, generations.length])).toEqual([
      [21_600, 1],
      [3_600, 2],
    ]);
    expect(raw).toEqual([hours(4.99, 5), hours(13, 13.01)]);
  });

  it('reads slots that differ from their streams in finer slots, or from streams', () => {
    const late = startMs + 8 * HOUR_MS;
    const holed = coverageWhere(
      (seconds, slotMs) => seconds > 300 && (late < slotMs || late >= slotMs + 1_000 * seconds),
    );
    const { rolled, raw } = planOf(hours(0, 24), holed, options);
    expect(rolled.map(({ levelSeconds, generations }) => [levelSeconds, generations.length])).toEqual([
      [21_600, 3],
      [3_600, 5],
    ]);
    expect(raw).toEqual([hours(8, 9)]);
  });

  it('reads nothing for slots without streams', () => {
    const empty: Coverage = { fromMs: startMs, untilMs, generationOf: () => 'empty' };
    expect(planOf(hours(0, 12), empty, options)).toEqual({ rolled: [], raw: [] });
  });

  it('uses no slot that reaches over a bucket of the time axis', () => {
    const { rolled } = planOf(
      hours(0, 24),
      coverageWhere(() => true),
      { ...options, widthMs: 2 * HOUR_MS },
    );
    expect(rolled.map(({ levelSeconds }) => levelSeconds)).toEqual([3_600]);
  });

  it('leaves slots that have not settled to streams', () => {
    const { raw } = planOf(
      hours(42, 60),
      coverageWhere(() => true),
      options,
    );
    expect(raw).toEqual([hours(48, 60)]);
  });

  it('counts each moment of any range once, whatever is covered', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -6 * HOUR_MS, max: 50 * HOUR_MS }),
        fc.integer({ min: 1, max: 30 * HOUR_MS }),
        fc.integer(),
        fc.constantFrom(undefined, HOUR_MS, 300_000, 6 * HOUR_MS),
        (from, length, seed, widthMs) => {
          const range = { fromMs: startMs + from, toMs: startMs + from + length };
          const coverage = coverageWhere((seconds, slotMs) => (slotMs / 300_000 + seconds + seed) % 7 < 5);
          const plan = planOf(range, coverage, { ...options, widthMs });
          const pieces = [
            ...plan.raw,
            ...plan.rolled.flatMap(({ levelSeconds, generations }) =>
              generations.map((generation) => {
                const slotMs = (generation - levelSeconds) * 1_000;
                return { fromMs: slotMs, toMs: slotMs + 1_000 * levelSeconds };
              }),
            ),
          ].toSorted((a, b) => a.fromMs - b.fromMs);
          expect(pieces[0]?.fromMs).toBe(range.fromMs);
          expect(pieces.at(-1)?.toMs).toBe(range.toMs);
          for (const [place, piece] of pieces.entries()) {
            expect(piece.toMs).toBeGreaterThan(piece.fromMs);
            if (place > 0) expect(piece.fromMs).toBe(pieces[place - 1]?.toMs);
          }
          for (const { levelSeconds } of plan.rolled) {
            expect(levels.map(({ seconds }) => seconds)).toContain(levelSeconds);
          }
        },
      ),
    );
  });
});
