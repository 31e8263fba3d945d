import type { OpenStreams } from './fetch/open-streams.ts';
import type { Clock } from './observe/clock.ts';

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
  /** Sends what has ended while the process stands still, for at most `limitMs`. */
  readonly exit: (limitMs: number) => void;
  /** Longest time an end of the process may be held up, ms. */
  readonly maxFlushMs: number;
  readonly clock: Clock;
}

const drainIntervalMs = 500;
/** Marks a listener of any copy of this module: another copy is no application that drains its streams. */
const ofWeir = Symbol.for('weir.process_end');
const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Gets spans out before the process ends.
 *
 * On `exit`, which comes after `process.exit()` and after an error that nobody catches, nothing that takes time comes to
 * an end any more: streams that are open are reported as `lost`, and everything unsent is sent while the process stands
 * still.
 *
 * On `beforeExit` nothing waits for the network any more, so streams that are still open have no reader. On a signal
 * that only this module listens to, open streams are reported as `lost`, sent, and the signal raised again, so that the
 * process dies of it as it would have. Where the application listens too it may drain its streams first: then spans are
 * only sent early, so that there is little to send on `exit`. Where several copies of this module
 * listen, the last one that is done raises the signal.
 *
 * @returns a function that stops listening.
 */
export function watchProcessEnd(options: ProcessEndOptions): () => void {
  const { process, openStreams, flush, exit, maxFlushMs, clock } = options;
  const attempt = () => flush().catch(() => undefined);
  const attemptWithin = async (limitMs: number) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([attempt(), limit]);
    clearTimeout(timer);
  };

  let spentMs = 0;
  const onBeforeExit = () => {
    process.off('beforeExit', onBeforeExit);
    openStreams.endAll({ kind: 'collected' });
    const sinceMs = clock();
    void attempt().then(() => {
      spentMs = clock() - sinceMs;
    });
  };
  const onExit = () => {
    openStreams.endAll({ kind: 'exit' });
    // A collector that did not answer just before will not do so now.
    if (spentMs < maxFlushMs) exit(maxFlushMs - spentMs);
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
  process.on('exit', onExit);
  for (const [signal, listener] of onSignal) process.on(signal, listener);
  const stop = () => {
    clearInterval(draining);
    process.off('beforeExit', onBeforeExit);
    process.off('exit', onExit);
    for (const [signal, listener] of onSignal) process.off(signal, listener);
  };
  return stop;
}

function isOfWeir(listener: unknown): boolean {
  return typeof listener === 'function' && ofWeir in listener;
}
