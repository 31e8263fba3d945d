import { beforeEach, describe, expect, it } from 'vitest';
import { repeat } from './repeat.ts';

/** Pauses end when the test says so. */
function manualDelay() {
  const pauses: { ms: number; end: () => void }[] = [];
  const announced: (() => void)[] = [];
  const delay = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      pauses.push({ ms, end: resolve });
      signal.addEventListener('abort', () => reject(signal.reason));
      announced.shift()?.();
    });
  return { delay, pauses, nextPause: () => new Promise<void>((resolve) => announced.push(resolve)) };
}

describe('repeat', () => {
  let runs = 0;
  const counting = async () => {
    runs += 1;
  };
  beforeEach(() => {
    runs = 0;
  });

  it('runs, pauses, runs again, and ends', async () => {
    const { delay, pauses, nextPause } = manualDelay();
    const first = nextPause();
    const repeating = repeat(counting, { everySeconds: 10, delay });
    await first;
    expect({ runs, ms: pauses[0]?.ms }).toEqual({ runs: 1, ms: 10_000 });
    const second = nextPause();
    pauses[0]?.end();
    await second;
    await repeating.stop();
    expect(runs).toBe(2);
  });

  it('wakes from a pause', async () => {
    const { delay, nextPause } = manualDelay();
    const first = nextPause();
    const repeating = repeat(counting, { everySeconds: 10, delay });
    await first;
    const second = nextPause();
    repeating.wake();
    await second;
    await repeating.stop();
    expect(runs).toBe(2);
  });

  it('runs once more when woken during a run, never twice at once, and stops after the run under way', async () => {
    const { delay } = manualDelay();
    let active = 0;
    const finishes: (() => void)[] = [];
    const started: (() => void)[] = [];
    const nextStart = () => new Promise<void>((resolve) => started.push(resolve));
    const run = async () => {
      runs += 1;
      active += 1;
      expect(active).toBe(1);
      started.shift()?.();
      await new Promise<void>((resolve) => finishes.push(resolve));
      active -= 1;
    };
    const repeating = repeat(run, { everySeconds: 10, delay });
    const second = nextStart();
    repeating.wake();
    repeating.wake();
    finishes.shift()?.();
    await second;
    const stopped = repeating.stop();
    expect(active).toBe(1);
    finishes.shift()?.();
    await stopped;
    expect({ runs, active }).toEqual({ runs: 2, active: 0 });
  });
});
