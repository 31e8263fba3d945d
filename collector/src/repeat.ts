export interface Repeating {
  /** Runs again at once, or right after the run under way. */
  wake(): void;
  /** Resolves when the run under way has ended; there is no other. */
  stop(): Promise<void>;
}

export interface RepeatOptions {
  readonly everySeconds: number;
  /** Resolves after the time, or rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Runs again and again, never twice at once: a run that takes longer than the pause delays the next.
 *
 * @param run handles its own failures
 */
export function repeat(run: () => Promise<void>, options: RepeatOptions): Repeating {
  const stopping = new AbortController();
  let pause = new AbortController();
  const running = loop();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      pause = new AbortController();
      await run();
      const interrupted = AbortSignal.any([stopping.signal, pause.signal]);
      if (interrupted.aborted) continue;
      await options.delay(options.everySeconds * 1000, interrupted).catch((error: unknown) => {
        if (!interrupted.aborted) throw error;
      });
    }
  }

  return {
    wake: () => pause.abort(),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
