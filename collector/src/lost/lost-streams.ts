import { createHash } from 'node:crypto';
import type { BaseLogger } from 'pino';
import { StreamBlock } from '../clickhouse/native-block.ts';
import { PAYLOAD_HASH_BYTES, SPAN_KEY_BYTES } from '../spool/record.ts';
import type { Sink } from '../spool/sink.ts';
import { projectTag, writeSpanKey } from '../spool/span-window.ts';
import type { Spool } from '../spool/spool.ts';
import { rowOfFields } from './open-report.ts';
import { type DueStream, keyOf, maxDue, type OpenReports } from './open-reports.ts';

export interface LostStreamsOptions {
  readonly reports: OpenReports;
  /** Names this collector, also after a restart. */
  readonly collector: string;
  readonly sink: Sink & Pick<Spool, 'hasSpan'>;
  /** Everything that was received before this is in ClickHouse, Unix milliseconds. */
  readonly storedUpTo: () => number;
  readonly isReady: () => boolean;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Pick<BaseLogger, 'info' | 'warn'>;
  readonly onLost?: (streams: number) => void;
}

export interface LostStreams {
  start(): void;
  stop(): Promise<void>;
  /** Looks once. */
  look(): Promise<void>;
}

const LOOK_INTERVAL_MS = 5_000;
/** Of a table that keeps three days. */
const HORIZON_MS = 2 * 86_400_000;

/**
 * Stores streams as `lost` of which nothing is heard any more: neither another report nor the end.
 *
 * Each collector looks at the reports that it took itself. Exactly once: a lost stream goes the way of a received one, under the ids of its own span. When its end was received,
 * or it was stored as lost before, the window of spans or ClickHouse knows it. An end that comes later still is taken
 * for a repetition. Time in which nothing could be received does not count: senders get theirs to report again.
 */
export function createLostStreams(options: LostStreamsOptions): LostStreams {
  const { reports, collector, sink, storedUpTo, isReady, now, delay, logger } = options;
  const stopping = new AbortController();
  let receivingSinceMs = now();
  let lookedUpToMs = receivingSinceMs - HORIZON_MS;
  let isFailing = false;
  let running: Promise<void> | undefined;

  async function look(): Promise<void> {
    if (sink.refusal() !== undefined) {
      receivingSinceMs = now();
      lookedUpToMs = receivingSinceMs - HORIZON_MS;
      return;
    }
    if (!isReady()) return;
    const upToMs = storedUpTo();
    const due = await reports.due({ fromMs: lookedUpToMs, upToMs, receivingSinceMs, collector });
    const open = due.filter((stream) => !sink.hasSpan(spanKey(stream), 0));
    const stored = open.length === 0 ? new Set<string>() : await reports.stored(open);
    const lost = open.filter((stream) => !stored.has(keyOf(stream)));
    if (lost.length > 0 && !(await store(lost))) return;
    lookedUpToMs = due.length < maxDue ? upToMs : (due.at(-1)?.lostAtMs ?? upToMs);
  }

  /** @returns false when nothing can be stored now */
  async function store(missing: readonly DueStream[]): Promise<boolean> {
    // Their ends may have come in the meantime.
    const lost = missing.filter((stream) => sink.spans.add(spanKey(stream), 0));
    if (lost.length === 0) return true;
    const spanKeys = Buffer.concat(lost.map(spanKey));
    const block = new StreamBlock();
    for (const { fields } of lost) block.append(rowOfFields(fields));
    const result = await sink.append({
      payloadHash: createHash('sha256')
        .update(spanKeys)
        .digest()
        .toString('base64url', 0, PAYLOAD_HASH_BYTES),
      rows: lost.length,
      spanKeys,
      block: block.take(),
      openReports: '',
    });
    if (result.status === 'busy') return false;
    options.onLost?.(lost.length);
    logger.info(`${lost.length} streams are stored as lost: their processes are not heard of any more`);
    return true;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await look();
        isFailing = false;
      } catch (error) {
        // One line an episode.
        if (!isFailing) logger.warn(`Lost streams are not looked for, trying on: ${reasonOf(error)}`);
        isFailing = true;
      }
      await delay(LOOK_INTERVAL_MS, stopping.signal);
    }
  }

  return {
    look,
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function spanKey({ project, traceId, spanId }: DueStream): Buffer {
  const key = Buffer.alloc(SPAN_KEY_BYTES);
  writeSpanKey(key, 0, projectTag(project), traceId, spanId);
  return key;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
