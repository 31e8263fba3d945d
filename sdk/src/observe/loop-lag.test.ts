import { beforeEach, describe, expect, test } from 'vitest';
import { createLoopLagSampler, type LoopLagSampler } from './loop-lag.ts';

let nowMs: number;
let task: (() => void) | undefined;
let sampler: LoopLagSampler;

beforeEach(() => {
  nowMs = 0;
  task = undefined;
  sampler = createLoopLagSampler(
    () => nowMs,
    (next) => {
      task = next;
      return next;
    },
    () => {
      task = undefined;
    },
  );
});

/** The timer fires after its 50 ms and `lagMs` more. */
function tick(lagMs: number): void {
  nowMs += 50 + lagMs;
  task?.();
}

describe('the loop-lag sampler', () => {
  test('runs only while something is watched', () => {
    expect(task).toBeUndefined();
    const stopFirst = sampler.watch();
    const stopSecond = sampler.watch();
    stopFirst();
    stopFirst();
    expect(task).toBeDefined();
    stopSecond();
    expect(task).toBeUndefined();
    expect(sampler.since(0)).toBeUndefined();
  });

  test('takes ordinary lateness of a timer for none', () => {
    sampler.watch();
    tick(5);
    expect(sampler.since(0)).toBe(0);
  });

  test('finds the longest lag since a moment', () => {
    sampler.watch();
    tick(800);
    const afterFirst = nowMs + 1;
    tick(100);
    tick(300);
    expect(sampler.since(0)).toBe(800);
    expect(sampler.since(afterFirst)).toBe(300);
    expect(sampler.since(nowMs + 1)).toBe(0);
  });

  test('sees a block that the timer has not had the chance to report', () => {
    sampler.watch();
    nowMs += 50 + 2000;
    expect(sampler.since(0)).toBe(1990);
  });

  test('forgets when nothing is watched any more', () => {
    const stop = sampler.watch();
    tick(500);
    stop();
    sampler.watch();
    expect(sampler.since(0)).toBe(0);
  });
});
