export interface VirtualClock {
  readonly now: () => number;
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long each delay was that began, milliseconds. */
  readonly delays: readonly number[];
  pass(ms: number): void;
  /** Goes to the time at which the next delay is over; nothing if there is none. */
  skip(): void;
}

/** Time that passes when it is told to. */
export function createVirtualClock(): VirtualClock {
  const waiting = new Set<{ readonly until: number; readonly resolve: () => void }>();
  const delays: number[] = [];
  let now = 0;

  function goTo(time: number): void {
    now = time;
    for (const { until, resolve } of waiting) if (until <= now) resolve();
  }

  return {
    now: () => now,
    async delay(ms, signal) {
      if (signal.aborted) return;
      delays.push(ms);
      const { promise, resolve } = Promise.withResolvers<void>();
      const entry = { until: now + ms, resolve };
      waiting.add(entry);
      signal.addEventListener('abort', resolve as () => void);
      await promise;
      waiting.delete(entry);
    },
    delays,
    pass: (ms) => goTo(now + ms),
    skip() {
      if (waiting.size > 0) goTo(Math.min(...Array.from(waiting, ({ until }) => until)));
    },
  };
}
