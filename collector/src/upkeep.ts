import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { maxRetentionDays } from '@weir/schemas/api';
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import { deletionRoutes } from './api/deletions.ts';
import { retentionRoutes } from './api/retention.ts';
import type { ApiPlugin } from './api/routes.ts';
import type { Database } from './clickhouse/database.ts';
import { type Cluster, tablesOf } from './clickhouse/tables.ts';
import type { Config } from './config.ts';
import { openDeletionJournal } from './retention/deletion-journal.ts';
import { createDeletions } from './retention/deletions.ts';
import { createRetention, type Retention } from './retention/retention.ts';
import { createRetentionSettings } from './retention/retention-settings.ts';
import type { SpoolState } from './spool/spool.ts';

export interface UpkeepOptions {
  readonly config: Pick<Config, 'dataDir' | 'retention'>;
  readonly cluster: Cluster | undefined;
  /** What questions are asked of. */
  readonly database: Database;
  /** The tables themselves, see `Tables`. */
  readonly tables: Database;
  readonly spool: () => SpoolState;
  readonly logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  readonly registry: Registry;
}

/** What deletes: retention, and the deletion of users' data on request. */
export interface Upkeep {
  readonly retention: Retention;
  /** Registered under `/api/v1`. */
  readonly apiPlugins: readonly ApiPlugin[];
  /** How long streams of a project are kept, milliseconds. */
  maxAgeMs(project: string): number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;

/** Deleting competes with loading for the disk: it waits when streams wait this long. */
const BUSY_AFTER_SECONDS = 30;

export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { config, database, spool, logger, now, registry } = options;
  const tables = tablesOf(() => options.tables.client(), options.cluster);
  const isReady = () => options.tables.ready;
  const settings = createRetentionSettings({ database, defaults: config.retention, now });
  const retention = createRetention({
    ...{ tables, settings, isReady, now, logger, registry },
    isBusy: () => (spool().oldestSeconds ?? 0) > BUSY_AFTER_SECONDS,
  });
  const deletions = createDeletions({
    ...{ tables, isReady, now, logger },
    journal: openDeletionJournal(join(config.dataDir, 'deletions.json')),
    storedUpTo: () => now() - (spool().oldestSeconds ?? 0) * 1_000,
    newId: () => randomBytes(6).toString('hex'),
  });
  return {
    retention,
    apiPlugins: [retentionRoutes(retention), deletionRoutes(deletions)],
    maxAgeMs(project) {
      // What turns out to be too old is deleted later; what is refused is lost.
      const days = settings.isKnown ? settings.daysOf(project).rawDays : maxRetentionDays;
      return days * DAY_MS;
    },
    async start() {
      await deletions.start();
      retention.start();
    },
    async stop() {
      await Promise.all([retention.stop(), deletions.stop()]);
    },
  };
}
