import type { BaseLogger } from 'pino';
import { createStatusCell, type EngineStatus } from './engine-status.ts';

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 30_000;
/** A server that lived this long was healthy: its next end starts the delays again from the first. */
const HEALTHY_AFTER_MS = 60_000;

export interface SupervisedProcess<Exit> {
  readonly exited: Promise<Exit>;
}

export interface SupervisorOptions<Process extends SupervisedProcess<Exit>, Exit> {
  /** Resolves when the process is ready to serve; rejects when it could not be made to, or soon after an abort. */
  launch: (signal: AbortSignal) => Promise<Process>;
  stop: (process: Process) => Promise<void>;
  describeExit: (exit: Exit) => string;
  logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** Monotonic, in milliseconds. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  /** Rejects when aborted. */
  delay: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Supervisor<Process> {
  readonly status: EngineStatus;
  /** The process that serves now. */
  readonly process: Process | undefined;
  onStatus(listener: (status: EngineStatus) => void): () => void;
  /** Ends the process and every wait; nothing is restarted afterwards. */
  stop(): Promise<void>;
}

/**
 * Keeps one process alive: restarts it when it ends by itself, after a delay that doubles while it keeps ending.
 *
 * @throws whatever the first launch throws: a server that never worked needs an operator, not a retry
 */
export async function supervise<Process extends SupervisedProcess<Exit>, Exit>(
  options: SupervisorOptions<Process, Exit>,
): Promise<Supervisor<Process>> {
  const { launch, logger, now } = options;
  const status = createStatusCell();
  const stopping = new AbortController();
  let current: Process | undefined = await launch(stopping.signal);
  let stopped: Promise<void> | undefined;
  status.set('ready');
  const watching = watch(current);

  async function watch(first: Process): Promise<void> {
    let process = first;
    let failures = 0;
    while (true) {
      const readyAt = now();
      const exit = await process.exited;
      current = undefined;
      if (stopping.signal.aborted) return;
      status.set('restarting');
      logger.error(`ClickHouse ${options.describeExit(exit)}; it will be started again`);
      if (now() - readyAt >= HEALTHY_AFTER_MS) failures = 0;
      const next = await relaunch(failures);
      if (next === undefined) return;
      ({ process, failures } = next);
      current = process;
      status.set('ready');
      logger.info('ClickHouse is back');
    }
  }

  /** Undefined once stopping. */
  async function relaunch(failures: number): Promise<{ process: Process; failures: number } | undefined> {
    for (let attempt = failures; await delayed(attempt); attempt += 1) {
      try {
        const process = await launch(stopping.signal);
        if (!stopping.signal.aborted) return { process, failures: attempt + 1 };
        await options.stop(process);
      } catch (error) {
        logger.warn(error instanceof Error ? error.message : String(error));
      }
    }
    return undefined;
  }

  async function delayed(attempt: number): Promise<boolean> {
    if (stopping.signal.aborted) return false;
    const wait = options.delay(restartDelayMs(attempt, options.random()), stopping.signal);
    return wait.then(
      () => !stopping.signal.aborted,
      () => false,
    );
  }

  async function stop(): Promise<void> {
    stopping.abort();
    status.set('stopped');
    if (current !== undefined) await options.stop(current);
    await watching;
  }

  return {
    get status() {
      return status.get();
    },
    get process() {
      return current;
    },
    onStatus: status.onStatus,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Exponential with half of it random, so that several collectors do not restart in step. */
export function restartDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 20));
  return ceiling / 2 + (ceiling / 2) * random;
}
