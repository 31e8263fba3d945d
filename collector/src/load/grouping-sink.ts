import { hash } from 'node:crypto';
import type { BaseLogger } from 'pino';
import type { InsertStreams } from './insert-streams.ts';
import { insertUntilSettled, type Settlement } from './insert-until-settled.ts';
import type { AppendResult, Batch, BusyReason, Sink } from './sink.ts';

export interface GroupingSinkOptions {
  readonly insert: InsertStreams;
  /** Whether ClickHouse answers now. */
  readonly isReady: () => boolean;
  readonly logger: Pick<BaseLogger, 'warn' | 'error' | 'info'>;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly onInsert?: (insert: { seconds: number; rows: number; status: string }) => void;
  readonly bounds?: Partial<SinkBounds>;
}

export interface SinkBounds {
  /** Bytes of blocks that wait, at most; beyond, appending answers `busy`. */
  readonly queueBytes: number;
  /** Bytes of one insert; a single larger batch goes alone. */
  readonly groupBytes: number;
  /** Inserts begin at least this far apart: ClickHouse merges a part for each. */
  readonly intervalMs: number;
  /** How long a sender waits before it is told to come back. */
  readonly maxWaitMs: number;
  /** Payloads that are remembered as stored. */
  readonly rememberedPayloads: number;
  /** How long closing may take to store what waits. */
  readonly closeMs: number;
}

const defaults: SinkBounds = {
  queueBytes: 128 << 20,
  groupBytes: 32 << 20,
  intervalMs: 100,
  // An exporter gives up after 10 s, and the hint to come back must fit into what is left.
  maxWaitMs: 5_000,
  rememberedPayloads: 50_000,
  closeMs: 10_000,
};

interface Waiting {
  readonly batch: Batch;
  readonly settled: Promise<Settlement>;
  readonly settle: (result: Settlement) => void;
}

/**
 * Stores batches in ClickHouse before it acknowledges them. What arrives while an insert is under way goes into the next
 * one together, so the load sets the size of inserts.
 *
 * An insert whose fate is unknown is repeated, the same bytes under the same token, until ClickHouse says yes or no. Its
 * senders may be told `busy` meanwhile; when they send the same payload again they wait for that same insert, and a
 * payload that was stored is recognised, so none counts twice while this process lives.
 */
export function createGroupingSink(options: GroupingSinkOptions): Sink {
  const bounds = { ...defaults, ...options.bounds };
  const { insert, logger, now, delay } = options;
  const unsettled = new Map<string, Waiting>();
  const stored = new Set<string>();
  const closing = new AbortController();
  let queue: Waiting[] = [];
  let waitingBytes = 0;
  let draining: Promise<void> | undefined;

  async function append(batch: Batch): Promise<AppendResult> {
    if (stored.has(batch.payloadHash)) return { status: 'stored', isDuplicate: true };
    const known = unsettled.get(batch.payloadHash);
    if (known !== undefined) return answerInTime(known, true);
    if (closing.signal.aborted) return busy('stopping');
    if (!options.isReady()) return busy('not_ready');
    const isFull = waitingBytes > 0 && waitingBytes + batch.block.length > bounds.queueBytes;
    if (isFull) return busy('queue_full');
    return answerInTime(enqueue(batch), false);
  }

  function enqueue(batch: Batch): Waiting {
    const { promise, resolve } = Promise.withResolvers<Settlement>();
    const waiting = { batch, settled: promise, settle: resolve };
    unsettled.set(batch.payloadHash, waiting);
    queue.push(waiting);
    waitingBytes += batch.block.length;
    draining ??= drain();
    return waiting;
  }

  async function answerInTime(waiting: Waiting, isDuplicate: boolean): Promise<AppendResult> {
    const answered = new AbortController();
    const late = delay(bounds.maxWaitMs, answered.signal).then(() => 'late' as const);
    const result = await Promise.race([waiting.settled, late]);
    answered.abort();
    if (result === 'late') return busy('slow');
    if (result.status === 'abandoned') return busy('stopping');
    return result.status === 'stored' ? { status: 'stored', isDuplicate } : result;
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const startedAt = now();
      await store(takeGroup());
      const rest = startedAt + bounds.intervalMs - now();
      if (rest > 0 && !closing.signal.aborted) await delay(rest, closing.signal);
    }
    draining = undefined;
  }

  function takeGroup(): Waiting[] {
    let bytes = 0;
    const end = queue.findIndex(({ batch }, index) => {
      bytes += batch.block.length;
      return index > 0 && bytes > bounds.groupBytes;
    });
    const group = end === -1 ? queue : queue.slice(0, end);
    queue = end === -1 ? [] : queue.slice(end);
    return group;
  }

  async function store(group: readonly Waiting[]): Promise<void> {
    const blocks = group.map(({ batch }) => batch.block);
    const result = await insertUntilSettled(blocks, tokenOf(group), {
      ...{ insert, logger, now, delay, closing: closing.signal, closeMs: bounds.closeMs },
      onInsert: (seconds, status) =>
        options.onInsert?.({ seconds, status, rows: group.reduce((sum, { batch }) => sum + batch.rows, 0) }),
    });
    for (const { batch, settle } of group) {
      unsettled.delete(batch.payloadHash);
      waitingBytes -= batch.block.length;
      if (result.status === 'stored') remember(batch.payloadHash);
      settle(result);
    }
  }

  function remember(payloadHash: string): void {
    stored.add(payloadHash);
    if (stored.size <= bounds.rememberedPayloads) return;
    const [oldest] = stored;
    if (oldest !== undefined) stored.delete(oldest);
  }

  return {
    append,
    depth: () => ({ batches: unsettled.size, bytes: waitingBytes }),
    async close() {
      closing.abort();
      await draining;
    },
  };
}

function busy(reason: BusyReason): AppendResult {
  return { status: 'busy', reason, retryAfterSeconds: reason === 'not_ready' ? 2 : 1 };
}

/** A payload alone is its own name, so that it is recognised by ClickHouse even after a restart of this process. */
function tokenOf(group: readonly Waiting[]): string {
  const [first, ...others] = group.map(({ batch }) => batch.payloadHash);
  return others.length === 0 && first !== undefined
    ? first
    : hash('sha256', [first, ...others].join(), 'base64url');
}
