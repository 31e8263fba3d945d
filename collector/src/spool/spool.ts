import { randomBytes } from 'node:crypto';
import type { BaseLogger } from 'pino';
import { createPayloadWindow } from './payload-window.ts';
import { createReadMemory } from './read-memory.ts';
import { decodeRecords, SPAN_KEY_BYTES, type SpoolRecord, seedOf } from './record.ts';
import { openSeenJournal, SEEN_SUFFIX, type SeenRecord } from './seen-journal.ts';
import { createSegmentWriter, type Segment } from './segment-writer.ts';
import type { AppendResult, Batch, Busy, BusyReason, Sink } from './sink.ts';
import { SpanWindow } from './span-window.ts';
import type { SpoolDirectory } from './spool-directory.ts';

export interface SpoolOptions {
  readonly directory: SpoolDirectory;
  readonly logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Bytes that the spool may take of the disk. */
  readonly maxBytes: number;
  readonly bounds?: Partial<SpoolBounds>;
  /** Duration of one write to the disk, however many requests it was for. */
  readonly onCommit?: (seconds: number) => void;
}

export interface SpoolBounds {
  readonly segmentBytes: number;
  readonly sealIntervalMs: number;
  /** The same while segments wait: they cannot be loaded sooner, and fewer and larger ones are loaded faster. */
  readonly backlogSealIntervalMs: number;
  /** Spans and payloads that are recognised when they are sent again. */
  readonly knownSpans: number;
  readonly knownPayloads: number;
}

const defaults: SpoolBounds = {
  segmentBytes: 16 << 20,
  sealIntervalMs: 500,
  backlogSealIntervalMs: 2_000,
  // 36 MB of memory; 100 s at 10,000 spans/s.
  knownSpans: 1_000_000,
  // About 10 MB.
  knownPayloads: 100_000,
};

/** What waits for ClickHouse, and what never got there. */
export interface SpoolState {
  readonly segments: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Since the oldest record was written that ClickHouse does not have; null when there is none. */
  readonly oldestSeconds: number | null;
  /** Files that the operator has to look at: refused by ClickHouse, or damaged. */
  readonly setAside: number;
  /** Bytes of writes that a crash cut off, since the start; none of them was acknowledged. */
  readonly tornBytes: number;
  readonly isFailing: boolean;
}

export interface Spool extends Sink {
  /** Whether a span was taken before, without taking it. @param at where its key begins in `bytes` */
  hasSpan(bytes: Buffer, at: number): boolean;
  state(): SpoolState;
  /** Sealed segments, oldest first. */
  readonly sealed: readonly Segment[];
  onSealed(listener: () => void): void;
  /** Records of a sealed segment, until it is removed or set aside; what of it is damaged is set aside at once. */
  read(segment: Segment): Promise<readonly SpoolRecord[]>;
  /** ClickHouse has it. */
  remove(segment: Segment, records: readonly SpoolRecord[]): Promise<void>;
  /** ClickHouse will never have it. */
  setAside(segment: Segment): Promise<void>;
  /** Takes nothing more; resolves when what was taken is sealed. Segments can still be read and removed. */
  stopTaking(): Promise<void>;
  close(): Promise<void>;
}

/** More than these, and ClickHouse is behind. */
const BACKLOG_SEGMENTS = 4;

const SEGMENT_SUFFIX = '.segment';

/** Exporters drop a batch when the hint to come back exceeds what is left of their 10 s. */
const RETRY_AFTER_SECONDS: Readonly<Record<BusyReason, number>> = {
  spool_full: 5,
  spool_failed: 2,
  stopping: 1,
};

/** Opens what an earlier process left; resolves when everything that is remembered is known again. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const bounds = { ...defaults, ...options.bounds };
  const { directory, logger, now } = options;
  const spans = new SpanWindow(bounds.knownSpans, randomBytes(4).readInt32LE());
  const payloads = createPayloadWindow(bounds.knownPayloads);
  const remember = ({ payloadHash, spanKeys }: SeenRecord) => {
    payloads.add(payloadHash.toString('base64url'));
    for (let at = 0; at < spanKeys.length; at += SPAN_KEY_BYTES) spans.add(spanKeys, at);
  };
  const seen = await openSeenJournal({
    directory,
    newName: () => fileName(now(), SEEN_SUFFIX),
    spans: bounds.knownSpans,
    payloads: bounds.knownPayloads,
    onSeen: remember,
  });
  const sealed = await leftSegments(directory, remember);
  if (sealed.length > 0) logger.info(`${sealed.length} segments of the spool wait from before`);
  const aside = await directory.asideFiles();
  const counts = {
    sealedBytes: totalBytes(sealed),
    setAside: aside.length,
    asideBytes: totalBytes(aside),
    tornBytes: 0,
  };
  const writer = createSegmentWriter({
    ...{ directory, logger, now, delay: options.delay },
    segmentBytes: bounds.segmentBytes,
    sealIntervalMs: () =>
      sealed.length > BACKLOG_SEGMENTS ? bounds.backlogSealIntervalMs : bounds.sealIntervalMs,
    newName: () => fileName(now(), SEGMENT_SUFFIX),
    ...(options.onCommit !== undefined && { onCommit: options.onCommit }),
    onSealed(segment) {
      sealed.push(segment);
      counts.sealedBytes += segment.bytes;
      announce();
    },
  });
  /** Segments whose damage is counted, however often they are read. */
  const inspected = new Set<string>();
  const memory = createReadMemory();
  let announce = (): void => undefined;
  let isStopping = false;

  function bytes(): number {
    return writer.bytes + counts.sealedBytes + counts.asideBytes + seen.bytes;
  }

  function refusal(more = 0): Busy | undefined {
    if (isStopping) return busy('stopping');
    if (writer.isFailing) return busy('spool_failed');
    return bytes() + more >= options.maxBytes ? busy('spool_full') : undefined;
  }

  async function append(batch: Batch): Promise<AppendResult> {
    const { payloadHash, spanKeys, rows, block, openReports } = batch;
    if ((rows === 0 && openReports === '') || payloads.has(payloadHash)) return known(batch);
    const refused = refusal(spanKeys.length + block.length);
    if (refused !== undefined) {
      spans.remove(spanKeys);
      return refused;
    }
    payloads.add(payloadHash);
    const hash = Buffer.from(payloadHash, 'base64url');
    const records: SpoolRecord[] = [];
    if (rows > 0) records.push({ payloadHash: hash, spanKeys, rows, block });
    if (openReports !== '') records.push(reportRecord(hash, openReports));
    // The streams decide: a report that is lost is made again by its sender.
    const [decides] = await Promise.all(records.map((record) => writer.write(record)));
    if (decides === 'durable') return { status: 'stored', isDuplicate: false };
    payloads.remove(payloadHash);
    spans.remove(spanKeys);
    return busy('spool_failed');
  }

  /** What is known may still be on its way to the disk: it is acknowledged no sooner than its first copy. */
  async function known({ rows, spanKeys }: Batch): Promise<AppendResult> {
    // While the disk fails, what was just refused may still be in the windows.
    const result = writer.isFailing ? 'failed' : await writer.settled();
    if (result === 'durable') return { status: 'stored', isDuplicate: rows > 0 };
    spans.remove(spanKeys);
    return busy('spool_failed');
  }

  function forget(segment: Segment): void {
    const index = sealed.indexOf(segment);
    if (index === -1) return;
    sealed.splice(index, 1);
    counts.sealedBytes -= segment.bytes;
    inspected.delete(segment.name);
  }

  return {
    spans,
    append,
    refusal: () => refusal(),
    hasSpan: (bytes, at) => spans.has(bytes, at),
    sealed,
    onSealed(listener) {
      announce = listener;
    },
    state() {
      const oldestAtMs = sealed[0]?.startedAtMs ?? writer.oldestAtMs;
      return {
        segments: sealed.length + (writer.oldestAtMs === undefined ? 0 : 1),
        bytes: bytes(),
        maxBytes: options.maxBytes,
        oldestSeconds: oldestAtMs === undefined ? null : Math.max(0, now() - oldestAtMs) / 1_000,
        setAside: counts.setAside,
        tornBytes: counts.tornBytes,
        isFailing: writer.isFailing,
      };
    },
    async read(segment) {
      const { records, damaged, tornBytes } = decodeRecords(
        await directory.read(segment.name, memory.of(segment.name, segment.bytes)),
        seedOf(segment.name),
      );
      if (inspected.has(segment.name)) return records;
      inspected.add(segment.name);
      if (damaged.length > 0) {
        const bytes = Buffer.concat(damaged);
        await directory.keepAside(`${segment.name}.damaged`, bytes);
        counts.setAside += 1;
        counts.asideBytes += bytes.length;
        logger.error(`${segment.name} is damaged: ${bytes.length} bytes of it are set aside`);
      }
      if (tornBytes > 0) logger.warn(`${segment.name} ends in ${tornBytes} bytes that a crash cut off`);
      counts.tornBytes += tornBytes;
      return records;
    },
    async remove(segment, records) {
      const isRemembered = await seen.append(records).then(
        () => true,
        () => false,
      );
      await directory.remove(segment.name);
      forget(segment);
      // On a full disk there is room now. That goes first: a segment that stayed would fill the disk for good.
      if (!isRemembered) {
        await seen.append(records).catch((error: unknown) => {
          logger.error(`${segment.name} will not be remembered after a restart: ${reasonOf(error)}`);
        });
      }
      // The records lie in it.
      memory.release(segment.name);
    },
    async setAside(segment) {
      // ClickHouse refuses an insert before it has read all of it.
      memory.leave(segment.name);
      await directory.setAside(segment.name);
      forget(segment);
      counts.setAside += 1;
      counts.asideBytes += segment.bytes;
    },
    async stopTaking() {
      isStopping = true;
      await writer.close();
    },
    close: () => seen.close(),
  };
}

function reportRecord(payloadHash: Buffer, openReports: string): SpoolRecord {
  return { payloadHash, spanKeys: Buffer.alloc(0), rows: 0, block: Buffer.from(openReports) };
}

function busy(reason: BusyReason): Busy {
  return { status: 'busy', reason, retryAfterSeconds: RETRY_AFTER_SECONDS[reason] };
}

/** Sorted by name is sorted by age; the random part makes the name one that ClickHouse has never seen as a token. */
function fileName(nowMs: number, suffix: string): string {
  return `${String(nowMs).padStart(14, '0')}-${randomBytes(6).toString('hex')}${suffix}`;
}

async function leftSegments(
  directory: SpoolDirectory,
  remember: (record: SeenRecord) => void,
): Promise<Segment[]> {
  const files = (await directory.list()).filter(({ name }) => name.endsWith(SEGMENT_SUFFIX));
  const segments: Segment[] = [];
  for (const { name, bytes, modifiedAtMs } of files) {
    for (const record of decodeRecords(await directory.read(name), seedOf(name)).records) remember(record);
    segments.push({
      name,
      bytes,
      startedAtMs: Number.parseInt(name, 10),
      writtenAtMs: modifiedAtMs,
      isLeftOver: true,
    });
  }
  return segments;
}

function totalBytes(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
