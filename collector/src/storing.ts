import { createHash } from 'node:crypto';
import { mkdir, statfs } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import type { BaseLogger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { Database } from './clickhouse/database.ts';
import { type Config, ConfigError } from './config.ts';
import { insertOpenReportsWith } from './load/insert-open-reports.ts';
import { insertStreamsWith } from './load/insert-streams.ts';
import { createLoader, type LoaderOptions } from './load/loader.ts';
import { countStoredRowsWith } from './load/stored-rows.ts';
import { createLostStreams } from './lost/lost-streams.ts';
import { openReportsIn } from './lost/open-reports.ts';
import { pause } from './pause.ts';
import type { Sink } from './spool/sink.ts';
import { openSpool, type SpoolState } from './spool/spool.ts';
import { openSpoolDirectory } from './spool/spool-directory.ts';
import { lockSpool, type SpoolLock } from './spool/spool-lock.ts';
import { createCommitHistogram, watchSpool } from './spool/spool-metrics.ts';

/** The way from received streams to ClickHouse: a spool on disk, and a loader. */
export interface Storing {
  readonly sink: Sink;
  state(): SpoolState;
  /** Begins to load what waits. */
  start(): void;
  /** Takes nothing more, and loads what waits for as long as there is time; the rest waits for the next start. */
  close(): Promise<void>;
}

export interface StoringOptions {
  readonly config: Pick<Config, 'dataDir' | 'spoolMaxBytes' | 'clickhouse'>;
  readonly database: Database;
  readonly logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  readonly registry: Registry;
  readonly onLoad: NonNullable<LoaderOptions['onLoad']>;
}

const CLOSE_GRACE_MS = 10_000;

/** Segments that ClickHouse is given at once. */
const LANES = 2;

/** Of what is free when the collector starts: ClickHouse grows on the same disk. */
const DEFAULT_SHARE_OF_FREE_DISK = 1 / 4;
/** An hour of 8,000 streams a second. */
const DEFAULT_MAX_BYTES = 10 * 2 ** 30;

/** @throws ConfigError when the directory is in use or cannot be written to */
export async function openStoring(options: StoringOptions): Promise<Storing> {
  const { config, database, logger, now, registry } = options;
  const path = join(config.dataDir, 'spool');
  const lock = lockOf(path, config.dataDir);
  const histogram = createCommitHistogram(registry);
  const spool = await openSpool({
    directory: await openSpoolDirectory(path),
    logger,
    now,
    delay: pause,
    maxBytes: config.spoolMaxBytes ?? (await defaultMaxBytes(path)),
    onCommit: (seconds) => histogram.observe(seconds),
  }).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  watchSpool(registry, spool.state);
  const client = () => database.client();
  const collector = nameOf(path);
  const loader = createLoader({
    source: spool,
    insert: insertStreamsWith(client),
    insertOpenReports: insertOpenReportsWith(client, collector),
    // Replicated tables write token and rows in one step, and a replica may lag behind in what it counts.
    ...(config.clickhouse?.cluster === undefined && { countStoredRows: countStoredRowsWith(client) }),
    isReady: () => database.ready,
    logger,
    now: () => performance.now(),
    random: Math.random,
    delay: pause,
    lanes: LANES,
    bootedAtMs: now() - uptime() * 1_000,
    onLoad: options.onLoad,
  });
  const lostCounter = new Counter({
    name: 'weir_lost_streams_total',
    help: 'Streams stored as lost, because their process was not heard of any more.',
    registers: [registry],
  });
  const lostStreams = createLostStreams({
    reports: openReportsIn(database),
    collector,
    sink: spool,
    storedUpTo: () => now() - (spool.state().oldestSeconds ?? 0) * 1_000,
    isReady: () => database.ready,
    now,
    delay: pause,
    logger,
    onLost: (streams) => lostCounter.inc(streams),
  });
  return {
    sink: spool,
    state: spool.state,
    start() {
      loader.start();
      lostStreams.start();
    },
    async close() {
      await lostStreams.stop();
      await spool.stopTaking();
      await loader.finish(CLOSE_GRACE_MS);
      await spool.close();
      lock.release();
    },
  };
}

/** By its place: whoever has the spool again after a restart has its open reports again, too. */
function nameOf(path: string): string {
  return createHash('sha256').update(`${hostname()} ${path}`).digest('hex').slice(0, 16);
}

function lockOf(path: string, dataDir: string): SpoolLock {
  let lock: SpoolLock | undefined;
  try {
    lock = lockSpool(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `The data directory ${dataDir} cannot be written to (${reason}). Give this user access to it, or choose another with WEIR_DATA_DIR.`,
      { cause },
    );
  }
  if (lock !== undefined) return lock;
  throw new ConfigError(
    `The data directory ${dataDir} is in use by another running Weir. Stop that one, or give this one a directory of its own with WEIR_DATA_DIR.`,
  );
}

async function defaultMaxBytes(path: string): Promise<number> {
  await mkdir(path, { recursive: true });
  const { bavail, bsize } = await statfs(path);
  return Math.min(DEFAULT_MAX_BYTES, Math.floor(bavail * bsize * DEFAULT_SHARE_OF_FREE_DISK));
}
