import type { RetentionRun, RetentionState } from '@weir/schemas/api';
import type { BaseLogger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Tables } from '../clickhouse/tables.ts';
import { pause } from '../pause.ts';
import { type Repeating, repeat } from '../repeat.ts';
import type { RetentionSettings } from './retention-settings.ts';
import { type RetentionRunResult, runRetention } from './run-retention.ts';
import { systemLogWarning } from './system-logs.ts';

export interface RetentionOptions {
  readonly tables: Tables;
  readonly settings: RetentionSettings;
  /** Whether ClickHouse answers now. */
  readonly isReady: () => boolean;
  /** Whether streams wait to be loaded: what is deleted is read and written by the same disk. */
  readonly isBusy: () => boolean;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  readonly logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  readonly registry: Registry;
}

/** Deletes by itself what projects keep no longer. */
export interface Retention {
  readonly settings: RetentionSettings;
  state(): RetentionState;
  start(): void;
  /** Runs soon: when every collector has read what was changed. */
  hurry(): void;
  /** Resolves when nothing is under way any more. What ClickHouse rewrites it finishes by itself. */
  stop(): Promise<void>;
}

/** How soon other collectors' settings are known here, and how soon a run that was put off is tried again. */
const LOOK_EVERY_SECONDS = 60;
const RUN_EVERY_MS = 3_600_000;
const WARN_EVERY_MS = 24 * 3_600_000;

export function createRetention(options: RetentionOptions): Retention {
  const { settings, now, logger } = options;
  const counters = createCounters(options.registry);
  const stopping = new AbortController();
  let state: RetentionState = { lastRun: null, rowsDeleted: 0, postponed: 0 };
  let dueAt = 0;
  let warnAt = 0;
  let loop: Repeating | undefined;
  let failing = false;

  async function look(): Promise<void> {
    if (!options.isReady()) return;
    try {
      await settings.refresh();
      await warn();
      if (now() < dueAt) return;
      if (options.isBusy()) postpone();
      else await run();
      if (failing) logger.info('Retention works again');
      failing = false;
    } catch (error) {
      // One line an episode.
      if (!failing) logger.error({ err: error }, 'Retention failed; it is tried again every minute');
      failing = true;
      counters.runs.inc({ status: 'failed' });
    }
  }

  function postpone(): void {
    state = { ...state, postponed: state.postponed + 1 };
    counters.runs.inc({ status: 'postponed' });
  }

  async function run(): Promise<void> {
    const startedAt = now();
    const { signal } = stopping;
    const result = await runRetention({ ...options, delay: pause, signal });
    const seconds = (now() - startedAt) / 1_000;
    const lastRun = { startedAt: new Date(startedAt).toISOString(), seconds, ...result };
    state = { ...state, lastRun, rowsDeleted: state.rowsDeleted + result.rowsDeleted };
    counters.runs.inc({ status: result.status });
    counters.rows.inc(result.rowsDeleted);
    counters.lastRun.set(startedAt / 1_000);
    dueAt = result.status === 'more' ? 0 : startedAt + RUN_EVERY_MS;
    report(lastRun);
  }

  function report({ seconds, ...result }: RetentionRunResult & Pick<RetentionRun, 'seconds'>): void {
    const { status, rowsDeleted, partitionsDropped, reason } = result;
    if (status === 'failed') throw new Error(`ClickHouse could not delete: ${reason}`);
    if (rowsDeleted === 0) return;
    logger.info(
      `Retention deleted ${rowsDeleted} rows in ${seconds.toFixed(1)} s, ${partitionsDropped} partitions as a whole`,
    );
  }

  async function warn(): Promise<void> {
    if (now() < warnAt) return;
    warnAt = now() + WARN_EVERY_MS;
    const warning = await systemLogWarning(options.tables);
    if (warning !== undefined) logger.warn(warning);
  }

  return {
    settings,
    state: () => state,
    start() {
      const delay = (ms: number, signal: AbortSignal) => pause(ms, signal);
      loop ??= repeat(look, { everySeconds: LOOK_EVERY_SECONDS, delay });
    },
    hurry() {
      // A rollup made meanwhile by a collector that does not know would be of what is left of a slot.
      dueAt = Math.min(dueAt, now() + 2_000 * LOOK_EVERY_SECONDS);
    },
    async stop() {
      stopping.abort();
      await loop?.stop();
    },
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    runs: new Counter({
      name: 'weir_retention_runs_total',
      help: 'Runs of retention by how they ended; postponed ones waited for streams to be loaded.',
      labelNames: ['status'],
      registers,
    }),
    rows: new Counter({
      name: 'weir_retention_deleted_rows_total',
      help: 'Rows that retention deleted.',
      registers,
    }),
    lastRun: new Gauge({
      name: 'weir_retention_last_run_timestamp_seconds',
      help: 'When the last run of retention began.',
      registers,
    }),
  };
}
