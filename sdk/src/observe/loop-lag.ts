import type { Clock } from './clock.ts';

/** Answers how long the event loop was blocked, while at least one stream is watched. */
export interface LoopLagSampler {
  /** Begins to sample, if nobody has. Call the result once when done. */
  watch(): () => void;
  /** @returns the longest lag that was seen at or after `sinceMs`, ms; undefined while nothing is sampled. */
  since(sinceMs: number): number | undefined;
}

const intervalMs = 50;
/** Timers are late by a few milliseconds on an idle machine. */
const noiseMs = 10;
const maxSpikes = 64;

/**
 * Samples event-loop lag with one timer for the whole process, running only while streams are open: 20 wake-ups of
 * about a microsecond a second, whatever the number of streams. `perf_hooks.monitorEventLoopDelay` keeps one histogram
 * that cannot say when the lag was, and other runtimes do not have it.
 *
 * Kept are only the spikes that a later one does not exceed, so that the maximum since any moment is the first entry
 * at or after it.
 */
export function createLoopLagSampler(
  clock: Clock,
  schedule: (task: () => void, ms: number) => unknown = setTimeout,
  cancel: (timer: unknown) => void = (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
): LoopLagSampler {
  const spikes: { atMs: number; lagMs: number }[] = [];
  let watchers = 0;
  let dueMs = 0;
  let timer: unknown;

  const arm = () => {
    dueMs = clock() + intervalMs;
    timer = schedule(tick, intervalMs);
    unref(timer);
  };
  const tick = () => {
    record(clock());
    arm();
  };
  const record = (now: number) => {
    const lagMs = now - dueMs;
    if (lagMs < noiseMs) return;
    while ((spikes.at(-1)?.lagMs ?? Number.POSITIVE_INFINITY) <= lagMs) spikes.pop();
    spikes.push({ atMs: now, lagMs });
    if (spikes.length > maxSpikes) spikes.shift();
  };
  const unwatch = () => {
    if (--watchers > 0) return;
    cancel(timer);
    spikes.length = 0;
  };

  return {
    watch() {
      if (watchers++ === 0) arm();
      let watching = true;
      return () => {
        if (watching) unwatch();
        watching = false;
      };
    },
    since(sinceMs) {
      if (watchers === 0) return undefined;
      // A read can be served before the timer that is late by the same block.
      const overdueMs = Math.max(0, clock() - dueMs - noiseMs);
      const spike = spikes.find(({ atMs }) => atMs >= sinceMs);
      return Math.max(overdueMs, spike?.lagMs ?? 0);
    },
  };
}

function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
    timer.unref();
  }
}
