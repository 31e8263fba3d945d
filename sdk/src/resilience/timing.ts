import { type Clock, monotonicClock } from '../observe/clock.ts';

/** Time and chance, so that tests can stand in for them. */
export interface Timing {
  /** Monotonic milliseconds. */
  readonly clock: Clock;
  /** @returns a number from 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** Rejects with the reason of `signal` as soon as that fires. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** @returns a function that keeps `task` from being called. */
  after(ms: number, task: () => void): () => void;
}

export const systemTiming: Timing = {
  clock: monotonicClock,
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
