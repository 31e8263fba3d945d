import type { BaseLogger } from 'pino';
import type { SpoolRecord } from '../spool/record.ts';
import type { Segment } from '../spool/segment-writer.ts';
import { type LoadResult, type LoadSegmentOptions, loadSegment } from './load-segment.ts';

/** Where segments come from. */
export interface SegmentSource {
  /** Oldest first. */
  readonly sealed: readonly Segment[];
  onSealed(listener: () => void): void;
  read(segment: Segment): Promise<readonly SpoolRecord[]>;
  remove(segment: Segment, records: readonly SpoolRecord[]): Promise<void>;
  setAside(segment: Segment): Promise<void>;
}

export interface LoaderOptions extends LoadSegmentOptions {
  readonly source: SegmentSource;
  /** Whether ClickHouse answers now. */
  readonly isReady: () => boolean;
  readonly logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Segments that are loaded at once. Default 1. */
  readonly lanes?: number;
  /** When this machine started, Unix milliseconds. */
  readonly bootedAtMs: number;
  readonly onLoad?: (load: { seconds: number; rows: number; status: LoadResult['status'] }) => void;
}

export interface Loader {
  start(): void;
  /** Goes on until nothing waits, for at most so long; what is left stays in the spool. */
  finish(graceMs: number): Promise<void>;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
const READY_POLL_MS = 100;

/**
 * Loads sealed segments, the oldest and the newest by turns: after an outage what waits comes in order, and what arrives
 * meanwhile is seen as soon as ever. Each is an insert of its own, so several at once are as safe as one.
 */
export function createLoader(options: LoaderOptions): Loader {
  const { source, logger, now, delay } = options;
  const tried = new Set<string>();
  /** Names of those that are being loaded. */
  const underWay = new Set<string>();
  const stopping = new AbortController();
  const waiting: (() => void)[] = [];
  let isFinishing = false;
  let running: Promise<unknown> | undefined;
  let failures = 0;
  let isNewestsTurn = false;

  async function lane(): Promise<void> {
    while (!stopping.signal.aborted) {
      const segment = next();
      if (segment !== undefined) await load(segment);
      else if (isFinishing) return;
      else await sealed();
    }
  }

  async function load(segment: Segment): Promise<void> {
    underWay.add(segment.name);
    await attempt(segment).catch((error) => failed(reasonOf(error)));
    underWay.delete(segment.name);
  }

  function next(): Segment | undefined {
    const isFree = ({ name }: Segment) => !underWay.has(name);
    isNewestsTurn = !isNewestsTurn;
    return isNewestsTurn ? source.sealed.findLast(isFree) : source.sealed.find(isFree);
  }

  /** Resolves when there is something more to load, or something to end for. */
  async function sealed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    const hasFree = source.sealed.some(({ name }) => !underWay.has(name));
    if (!hasFree && !isFinishing && !stopping.signal.aborted) await promise;
  }

  function wake(): void {
    for (const resolve of waiting.splice(0)) resolve();
  }

  async function attempt(segment: Segment): Promise<void> {
    if (!options.isReady()) {
      await delay(READY_POLL_MS, stopping.signal);
      return;
    }
    const startedAt = now();
    const records = await source.read(segment);
    const earlier = earlierInserts(segment);
    tried.add(segment.name);
    const load = { segment: segment.name, records, earlier };
    const result = await loadSegment(load, options, stopping.signal);
    const rows = records.reduce((sum, record) => sum + record.rows, 0);
    options.onLoad?.({ seconds: (now() - startedAt) / 1_000, rows, status: result.status });
    await settle(segment, records, result);
  }

  function earlierInserts(segment: Segment): 'none' | 'maybe' | 'power_cut' {
    if (segment.isLeftOver && segment.writtenAtMs < options.bootedAtMs) return 'power_cut';
    return segment.isLeftOver || tried.has(segment.name) ? 'maybe' : 'none';
  }

  async function settle(
    segment: Segment,
    records: readonly SpoolRecord[],
    result: LoadResult,
  ): Promise<void> {
    if (result.status === 'unavailable') return failed(result.reason);
    tried.delete(segment.name);
    if (result.status === 'refused') {
      logger.error(`ClickHouse refused ${segment.name} for good, it is set aside: ${result.reason}`);
      await source.setAside(segment);
      return;
    }
    await source.remove(segment, records);
    if (failures > 0) logger.info(`Streams are loaded again, after ${failures} failed attempts`);
    failures = 0;
  }

  async function failed(reason: string): Promise<void> {
    failures += 1;
    // One line an episode.
    if (failures === 1) logger.warn(`Streams are not loaded into ClickHouse, trying on: ${reason}`);
    await delay(retryDelayMs(failures, options.random()), stopping.signal);
  }

  return {
    start() {
      source.onSealed(wake);
      running ??= Promise.all(Array.from({ length: options.lanes ?? 1 }, lane));
    },
    async finish(graceMs) {
      isFinishing = true;
      wake();
      const finished = new AbortController();
      void delay(graceMs, finished.signal).then(() => {
        if (!finished.signal.aborted) stopping.abort();
      });
      await running;
      finished.abort();
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Exponential with half of it random, so that several collectors do not come back in step. */
function retryDelayMs(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
  return ceiling / 2 + (ceiling / 2) * random;
}
