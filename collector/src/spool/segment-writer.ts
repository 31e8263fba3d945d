import type { BaseLogger } from 'pino';
import { recordParts, type SpoolRecord, seedOf } from './record.ts';
import type { AppendFile, SpoolDirectory } from './spool-directory.ts';

/** A file that no more is written to. */
export interface Segment {
  readonly name: string;
  readonly bytes: number;
  /** When it was begun and last written to, Unix milliseconds. */
  readonly startedAtMs: number;
  readonly writtenAtMs: number;
  /** Left by an earlier process, so that ClickHouse may have it. */
  readonly isLeftOver: boolean;
}

export interface SegmentWriterOptions {
  readonly directory: SpoolDirectory;
  /** A name that no file ever had. */
  readonly newName: () => string;
  readonly logger: Pick<BaseLogger, 'info' | 'error'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly onSealed: (segment: Segment) => void;
  readonly onCommit?: (seconds: number) => void;
  /** A segment that has grown to this is sealed. */
  readonly segmentBytes: number;
  /** Segments that are smaller are sealed this long after the one before; asked for each. */
  readonly sealIntervalMs: () => number;
}

export type WriteResult = 'durable' | 'failed';

export interface SegmentWriter {
  /** Resolves when the record survives a power cut, or is known not to be there. */
  write(record: SpoolRecord): Promise<WriteResult>;
  /** Resolves like `write`, for everything that was given to it before. */
  settled(): Promise<WriteResult>;
  /** The disk refused; what is given to `write` fails at once. */
  readonly isFailing: boolean;
  /** Bytes in the file that is written to, and given to `write` but not written yet. */
  readonly bytes: number;
  /** When the oldest record of the file that is written to was written, Unix milliseconds. */
  readonly oldestAtMs: number | undefined;
  /** Seals what there is. */
  close(): Promise<void>;
}

interface OpenSegment {
  readonly name: string;
  readonly file: AppendFile;
  /** Length of what is durable. */
  length: number;
  readonly openedAtMs: number;
  writtenAtMs: number;
}

interface Waiting {
  readonly record: SpoolRecord;
  readonly settle: (result: WriteResult) => void;
}

/** After the disk refused, nothing is tried for this long. */
const RECOVERY_PAUSE_MS = 1_000;

/**
 * Appends records to a file, one after the other: those that arrive during an `fdatasync` share the next one.
 *
 * When the disk refuses, everything that waits has failed, and nothing is taken until what may have been written of it is
 * cut off again. So a record that was refused, and is sent again, is never found beside its repetition after a crash.
 */
export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { directory, logger, now, delay } = options;
  const closing = new AbortController();
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  let unsettled = 0;
  let last: Promise<WriteResult> = Promise.resolve('durable');
  let segment: OpenSegment | undefined;
  let isFailing = false;
  let isSealDue = false;
  let sealedAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  function write(record: SpoolRecord): Promise<WriteResult> {
    if (isFailing || closing.signal.aborted) return Promise.resolve('failed');
    const { promise, resolve } = Promise.withResolvers<WriteResult>();
    queue.push({ record, settle: resolve });
    queuedBytes += sizeOf(record);
    unsettled += 1;
    last = promise;
    wake();
    return promise;
  }

  function settle(group: readonly Waiting[], result: WriteResult): void {
    for (const waiting of group) {
      queuedBytes -= sizeOf(waiting.record);
      unsettled -= 1;
      waiting.settle(result);
    }
  }

  function wake(): void {
    running ??= run();
  }

  async function run(): Promise<void> {
    while (isFailing || isSealDue || queue.length > 0) {
      if (isFailing) await recover();
      else if (isSealDue) await seal();
      else await commit(takeGroup());
    }
    // In the same turn as the last look at the queue, so that nothing is put there that nobody takes.
    running = undefined;
  }

  /** As much as fits into the segment, and at least one. */
  function takeGroup(): Waiting[] {
    let bytes = segment?.length ?? 0;
    const end = queue.findIndex(({ record }, index) => {
      bytes += sizeOf(record);
      return index > 0 && bytes > options.segmentBytes;
    });
    const group = end === -1 ? queue : queue.slice(0, end);
    queue = end === -1 ? [] : queue.slice(end);
    return group;
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    const startedAt = now();
    try {
      segment ??= await openSegment();
      const seed = seedOf(segment.name);
      const parts = group.flatMap(({ record }) => recordParts(record, seed));
      const length = await segment.file.write(parts, segment.length);
      await segment.file.sync();
      segment.length += length;
      segment.writtenAtMs = now();
    } catch (error) {
      isFailing = true;
      logger.error(`The spool cannot be written to (${reasonOf(error)}); nothing is taken until it can`);
      settle([...group, ...queue.splice(0)], 'failed');
      return;
    }
    options.onCommit?.((now() - startedAt) / 1_000);
    settle(group, 'durable');
    if (segment.length >= options.segmentBytes) await seal();
  }

  async function openSegment(): Promise<OpenSegment> {
    const name = options.newName();
    const file = await directory.create(name);
    const openedAtMs = now();
    const intervalMs = options.sealIntervalMs();
    const restMs = sealedAtMs + intervalMs - openedAtMs;
    // Wall clocks are set back, too.
    const sealAfterMs = Math.min(intervalMs, Math.max(0, restMs));
    void delay(sealAfterMs, closing.signal).then(() => {
      if (segment?.name !== name) return;
      isSealDue = true;
      wake();
    });
    return { name, file, length: 0, openedAtMs, writtenAtMs: openedAtMs };
  }

  async function seal(): Promise<void> {
    isSealDue = false;
    if (segment === undefined) return;
    const { name, file, length, openedAtMs, writtenAtMs } = segment;
    segment = undefined;
    sealedAtMs = now();
    options.onSealed({ name, bytes: length, startedAtMs: openedAtMs, writtenAtMs, isLeftOver: false });
    // Everything in it is durable; that it cannot be closed costs a file descriptor.
    await file.close().catch((error: unknown) => logger.error(`Closing ${name}: ${reasonOf(error)}`));
  }

  async function recover(): Promise<void> {
    if (!closing.signal.aborted) await delay(RECOVERY_PAUSE_MS, closing.signal);
    try {
      if (segment !== undefined) {
        await segment.file.truncate(segment.length);
        await segment.file.sync();
      }
    } catch (error) {
      if (!closing.signal.aborted) return;
      // The next start finds the same records, and whoever sends them again meets those.
      logger.error(`The end of ${segment?.name} could not be cut off: ${reasonOf(error)}`);
      segment = undefined;
    }
    isFailing = false;
    await seal();
    logger.info('The spool is tried again');
  }

  return {
    write,
    settled: () => (unsettled === 0 ? Promise.resolve('durable') : last),
    get isFailing() {
      return isFailing;
    },
    get bytes() {
      return queuedBytes + (segment?.length ?? 0);
    },
    get oldestAtMs() {
      return segment?.openedAtMs;
    },
    async close() {
      closing.abort();
      isSealDue = true;
      wake();
      await running;
    },
  };
}

function sizeOf({ spanKeys, block }: SpoolRecord): number {
  return spanKeys.length + block.length;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
