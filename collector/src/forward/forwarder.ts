import type { BaseLogger } from 'pino';
import { createEpisode } from './episode.ts';
import type { Payload } from './payload.ts';
import { createPayloadQueue, type QueueBounds } from './payload-queue.ts';
import type { SendPayload } from './send-payload.ts';

/**
 * Why a payload did not reach its endpoint: `queue_full` newer ones needed its room; `refused` the endpoint does not want
 * it; `expired` it was tried for too long; `stopping` the collector ended; `loop` it has been here before.
 */
export type Drop = 'queue_full' | 'refused' | 'expired' | 'stopping' | 'loop';

export interface ForwarderCounts {
  readonly forwarded: number;
  /** Attempts after the first of a payload. */
  readonly retries: number;
  readonly dropped: ReadonlyMap<Drop, number>;
  /** Waiting or under way. */
  readonly queued: { readonly requests: number; readonly bytes: number };
}

/** What goes to one endpoint. It waits in memory alone, and what overflows is dropped: the receiver never waits. */
export interface Forwarder {
  /** Returns at once, never throws. */
  offer(payload: Payload): void;
  dropped(reason: Drop): void;
  counts(): ForwarderCounts;
  /** Tries what waits once more, for a short time. */
  close(): Promise<void>;
}

export interface ForwarderBounds extends QueueBounds {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** A payload is tried for this long; without an end, one that always fails would hold a place forever. */
  readonly retryForMs: number;
  /** Pauses after failures in a row double from the first to the last of these. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** An endpoint that asks for more patience than this is taken to mean this. */
  readonly longestRetryAfterMs: number;
  readonly closeMs: number;
}

export interface ForwarderOptions {
  /** Of the endpoint, for the log. */
  readonly name: string;
  readonly send: SendPayload;
  readonly logger: Pick<BaseLogger, 'warn' | 'info'>;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly bounds: ForwarderBounds;
}

const QUIET_MS = 60_000;

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { name, send, logger, now, random, delay, bounds } = options;
  const queue = createPayloadQueue(bounds);
  const dropped = new Map<Drop, number>();
  const closing = new AbortController();
  const cut = new AbortController();
  const workers = new Set<Promise<void>>();
  let forwarded = 0;
  let retries = 0;
  let failuresInRow = 0;
  let pausedUntil = 0;

  const failing = createEpisode({
    ...{ now, quietMs: QUIET_MS },
    began: (detail) => logger.warn(`Forwarding to ${name} fails: ${detail}.`),
    ended: () => logger.info(`Forwarding to ${name} works again.`),
  });
  const overflowing = createEpisode({
    ...{ now, quietMs: QUIET_MS },
    began: () => logger.warn(`The queue to ${name} is full: the oldest requests in it are dropped.`),
    ended: () => logger.info(`The queue to ${name} has room again.`),
  });

  function drop(reason: Drop, requests = 1): void {
    if (requests > 0) dropped.set(reason, (dropped.get(reason) ?? 0) + requests);
  }

  function offer(payload: Payload): void {
    if (closing.signal.aborted) {
      drop('stopping');
      return;
    }
    const overflow = queue.push(payload);
    drop('queue_full', overflow);
    if (overflow > 0) overflowing.trouble('');
    else overflowing.calm();
    if (workers.size < bounds.concurrency) startWorker();
  }

  function startWorker(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    workers.add(promise);
    void work(() => {
      workers.delete(promise);
      resolve();
    });
  }

  /** Sends until nothing waits. @param ended is called before anything else can be offered */
  async function work(ended: () => void): Promise<void> {
    for (let next = queue.take(); next !== undefined; next = cut.signal.aborted ? undefined : queue.take()) {
      await deliver(next);
      queue.settle(next);
    }
    ended();
  }

  async function deliver(payload: Payload): Promise<void> {
    const startedAt = now();
    for (;;) {
      await pauseToEnd();
      const outcome = await send(payload, cut.signal);
      if (outcome.status === 'taken') {
        forwarded += 1;
        failuresInRow = 0;
        return failing.calm();
      }
      if (closing.signal.aborted) return drop('stopping');
      failing.trouble(outcome.detail);
      if (outcome.status === 'refused') return drop('refused');
      pause(outcome.retryAfterMs);
      if (now() - startedAt >= bounds.retryForMs) return drop('expired');
      retries += 1;
    }
  }

  /** For all requests to the endpoint: those that failed together are one failure. */
  function pause(retryAfterMs = 0): void {
    const asked = now() + Math.min(retryAfterMs, bounds.longestRetryAfterMs);
    if (pausedUntil <= now()) {
      const doubled = Math.min(bounds.firstPauseMs * 2 ** failuresInRow, bounds.longestPauseMs);
      failuresInRow += 1;
      // Collectors that failed together do not come back together.
      pausedUntil = now() + doubled * (0.5 + random() / 2);
    }
    pausedUntil = Math.max(pausedUntil, asked);
  }

  async function pauseToEnd(): Promise<void> {
    while (pausedUntil > now() && !closing.signal.aborted) await delay(pausedUntil - now(), closing.signal);
  }

  return {
    offer,
    dropped: drop,
    counts: () => ({ forwarded, retries, dropped, queued: queue.depth() }),
    async close() {
      closing.abort();
      const done = new AbortController();
      const late = delay(bounds.closeMs, done.signal).then(() => cut.abort());
      await Promise.all(workers);
      done.abort();
      await late;
      drop('stopping', queue.clear());
    },
  };
}
