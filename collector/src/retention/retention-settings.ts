import type { ProjectRetention, RetentionDays } from '@weir/schemas/api';
import { ask, type Database } from '../query/ask.ts';
import { bound, sql } from '../query/sql.ts';

/** How long each project keeps what. */
export interface RetentionSettings {
  readonly defaults: RetentionDays;
  /** As read last; the defaults for projects that have none of their own. */
  daysOf(project: string): RetentionDays;
  /** Whether they were ever read. */
  readonly isKnown: boolean;
  list(): readonly ProjectRetention[];
  put(project: string, days: RetentionDays): Promise<void>;
  /** Lets a project follow the defaults again. */
  reset(project: string): Promise<void>;
  /** Reads what other collectors may have changed. */
  refresh(): Promise<void>;
}

export interface RetentionSettingsOptions {
  readonly database: Database;
  readonly defaults: RetentionDays;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
}

interface Row {
  readonly project: string;
  readonly rawDays: number;
  readonly rollupDays: number;
  readonly updatedAt: number;
}

/** Settings in the table `retention_settings`, and a copy in memory for those who cannot wait. */
export function createRetentionSettings(options: RetentionSettingsOptions): RetentionSettings {
  const { database, defaults, now } = options;
  let known: ReadonlyMap<string, ProjectRetention> = new Map();
  let isKnown = false;

  async function refresh(): Promise<void> {
    const rows = await ask<Row>(
      database,
      sql`SELECT project, raw_days AS rawDays, rollup_days AS rollupDays,
            toUnixTimestamp64Milli(updated_at) AS updatedAt
          FROM retention_settings FINAL WHERE NOT reset ORDER BY project`,
    );
    known = new Map(
      rows.map((row) => [row.project, { ...row, updatedAt: new Date(row.updatedAt).toISOString() }]),
    );
    isKnown = true;
  }

  async function write(project: string, days: RetentionDays, reset: boolean): Promise<void> {
    await database.client().insert({
      table: 'retention_settings',
      values: [
        {
          project,
          version: (await newestVersion(database, project)) + 1,
          reset,
          raw_days: days.rawDays,
          rollup_days: days.rollupDays,
          updated_at: new Date(now()).toISOString(),
        },
      ],
      format: 'JSONEachRow',
      clickhouse_settings: { date_time_input_format: 'best_effort' },
    });
    await refresh();
  }

  return {
    defaults,
    daysOf: (project) => known.get(project) ?? defaults,
    get isKnown() {
      return isKnown;
    },
    list: () => [...known.values()],
    put: (project, days) => write(project, days, false),
    reset: (project) => write(project, defaults, true),
    refresh,
  };
}

async function newestVersion(database: Database, project: string): Promise<number> {
  const [row] = await ask<{ version: number }>(
    database,
    sql`SELECT max(version) AS version FROM retention_settings WHERE project = ${bound('String', project)}`,
  );
  return row?.version ?? 0;
}
