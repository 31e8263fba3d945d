import type { Timing } from '../resilience/timing.ts';

/** A clock that stands still until it is told to go on, and waits that are over at once but remembered. */
export interface ManualTiming extends Timing {
  /** How long each wait was meant to be, ms. */
  readonly sleeps: readonly number[];
  /** Moves the clock on and lets the timers run out that are due. */
  advance(ms: number): void;
}

/** @param random what chance gives, every time. */
export function createManualTiming(random = 0.5): ManualTiming {
  const sleeps: number[] = [];
  const timers = new Set<{ readonly dueMs: number; readonly task: () => void }>();
  let nowMs = 0;
  const advance = (ms: number) => {
    nowMs += ms;
    for (const timer of [...timers]) {
      if (timer.dueMs > nowMs) continue;
      timers.delete(timer);
      timer.task();
    }
  };
  return {
    sleeps,
    advance,
    clock: () => nowMs,
    random: () => random,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      advance(ms);
    },
    after(ms, task) {
      const timer = { dueMs: nowMs + ms, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
}
