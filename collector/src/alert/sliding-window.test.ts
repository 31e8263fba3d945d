import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedRange, type FailureCount, windowFigures } from './sliding-window.ts';

const AT = Date.UTC(2026, 10, 20, 2, 0, 0);

describe('countedRange', () => {
  it('counts one bucket for one instant', () => {
    expect(countedRange({ windowSeconds: 300, delaySeconds: 15 }, [AT], 10)).toEqual({
      from: AT - 315_000,
      to: AT - 15_000,
      stepSeconds: 300,
    });
  });

  it('takes buckets that no window edge divides', () => {
    const instants = [AT, AT + 10_000];
    expect(countedRange({ windowSeconds: 65, delaySeconds: 7 }, instants, 10).stepSeconds).toBe(5);
    expect(countedRange({ windowSeconds: 300, delaySeconds: 7 }, instants, 10).stepSeconds).toBe(10);
  });
});

describe('windowFigures', () => {
  it('has no rate for an empty window', () => {
    expect(windowFigures({ windowSeconds: 60, delaySeconds: 0 }, [AT], [])).toEqual([
      { streams: 0, failed: 0, failureRate: null },
    ]);
  });

  it('includes the start of a window and excludes its end', () => {
    const counts = [AT - 61_000, AT - 60_000, AT - 1_000, AT].map((at) => ({ at, streams: 1, failed: 1 }));
    expect(windowFigures({ windowSeconds: 60, delaySeconds: 0 }, [AT], counts)).toMatchObject([
      { streams: 2, failed: 2 },
    ]);
  });

  it('adds up for every instant what is in its window', () => {
    const ends = fc.array(fc.record({ second: fc.nat(900), failed: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(
        ends,
        fc.integer({ min: 60, max: 200 }),
        fc.nat(30),
        (streams, windowSeconds, delaySeconds) => {
          const window = { windowSeconds, delaySeconds };
          const instants = Array.from({ length: 40 }, (_, index) => AT + index * 10_000);
          const range = countedRange(window, instants, 10);
          const ended = streams.map(({ second, failed }) => ({ at: range.from + second * 1000, failed }));
          const figures = windowFigures(window, instants, bucketed(ended, range));
          expect(figures.map(({ streams, failed }) => ({ streams, failed }))).toEqual(
            instants.map((at) => {
              const to = at - delaySeconds * 1000;
              const inside = ended.filter((end) => end.at >= to - windowSeconds * 1000 && end.at < to);
              return { streams: inside.length, failed: inside.filter(({ failed }) => failed).length };
            }),
          );
        },
      ),
    );
  });

  it('does not let sampling weights drift', () => {
    const counts = Array.from({ length: 10_000 }, (_, index) => ({
      at: AT + index * 10_000,
      streams: 0.1,
      failed: 0,
    }));
    const figures = windowFigures({ windowSeconds: 100, delaySeconds: 0 }, [AT + 99_990_000], counts);
    expect(figures[0]?.streams).toBe(1);
  });
});

function bucketed(
  ended: readonly { at: number; failed: boolean }[],
  range: { from: number; to: number; stepSeconds: number },
): FailureCount[] {
  const counts = new Map<number, { at: number; streams: number; failed: number }>();
  for (const { at, failed } of ended) {
    if (at >= range.to) continue;
    const start =
      range.from + Math.floor((at - range.from) / (range.stepSeconds * 1000)) * range.stepSeconds * 1000;
    const count = counts.get(start) ?? { at: start, streams: 0, failed: 0 };
    counts.set(start, { at: start, streams: count.streams + 1, failed: count.failed + (failed ? 1 : 0) });
  }
  return [...counts.values()].toSorted((a, b) => a.at - b.at);
}
