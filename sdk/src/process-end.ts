import type { OpenStreams } from './fetch/open-streams.ts';

/** The part of Node's `process` that is used, so that a test can stand in for it. */
export interface ProcessEvents {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listeners(event: string): readonly unknown[];
  kill(pid: number, signal: string): unknown;
  readonly pid: number;
}

export interface ProcessEndOptions {
  readonly process: ProcessEvents;
  readonly openStreams: OpenStreams;
  /** Sends what has ended; settles when it is sent or given up. */
  readonly flush: () => Promise<void>;
  /** Longest time a signal may be held up, ms. */
  readonly maxFlushMs: number;
}

const drainIntervalMs = 500;
/** Marks a listener of any copy of this module: another copy is no application that drains its streams. */
const ofWeir = Symbol.for('weir.process_end');
const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Gets spans out before the process ends.
 *
 * On `beforeExit` nothing waits for the network any more, so streams that are still open have no reader. On a signal
 * that only this module listens to, open streams are reported as `lost`, sent, and the signal raised again, so that the
 * process dies of it as it would have. Where the application listens too it may drain its streams first: then spans are
 * only sent early, for it may end with `process.exit()`, which waits for nobody. Where several copies of this module
 * listen, the last one that is done raises the signal.
 *
 * @returns a function that stops listening.
 */
export function watchProcessEnd({ process, openStreams, flush, maxFlushMs }: ProcessEndOptions): () => void {
  const attempt = () => flush().catch(() => undefined);
  const attemptWithin = async (limitMs: number) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([attempt(), limit]);
    clearTimeout(timer);
  };

  const onBeforeExit = () => {
    process.off('beforeExit', onBeforeExit);
    openStreams.endAll({ kind: 'collected' });
    void attempt();
  };
  let draining: ReturnType<typeof setInterval> | undefined;
  const drain = () => {
    void attempt();
    draining ??= setInterval(() => void attempt(), drainIntervalMs);
    draining.unref();
  };
  const onSignal = new Map(
    signals.map((signal) => [
      signal,
      Object.assign(
        () => {
          if (!process.listeners(signal).every(isOfWeir)) return drain();
          openStreams.endAll({ kind: 'exit' });
          void attemptWithin(maxFlushMs).then(() => {
            stop();
            if (process.listeners(signal).length === 0) process.kill(process.pid, signal);
          });
        },
        { [ofWeir]: true },
      ),
    ]),
  );

  process.on('beforeExit', onBeforeExit);
  for (const [signal, listener] of onSignal) process.on(signal, listener);
  const stop = () => {
    clearInterval(draining);
    process.off('beforeExit', onBeforeExit);
    for (const [signal, listener] of onSignal) process.off(signal, listener);
  };
  return stop;
}

function isOfWeir(listener: unknown): boolean {
  return typeof listener === 'function' && ofWeir in listener;
}
