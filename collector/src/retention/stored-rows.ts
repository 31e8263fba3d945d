import type { RetentionDays } from '@weir/schemas/api';
import { quoted, type Tables } from '../clickhouse/tables.ts';
import { DAY_MS, type StoredRows } from './plan-deletions.ts';

/** A table whose rows belong to a project and to a time. */
export interface KeptTable {
  readonly name: string;
  readonly kind: 'raw' | 'rollup';
  /** The column that its partitions are made of. */
  readonly timeColumn: string;
}

/**
 * Found by what they are, so that a table that a later migration adds is not forgotten: what is counted from streams has
 * generations, and everything else is about single streams.
 */
export async function keptTables({ client }: Tables): Promise<KeptTable[]> {
  const answer = await client().query({
    query: `SELECT table AS tableName, anyIf(name, is_in_partition_key AND type LIKE 'Date%') AS timeColumn,
              countIf(name = 'generation') > 0 AS isCounted
            FROM system.columns
            WHERE database = currentDatabase()
              AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')
            GROUP BY table
            HAVING timeColumn != '' AND countIf(name = 'project') > 0
            ORDER BY tableName`,
    format: 'JSONEachRow',
  });
  const found = await answer.json<{ tableName: string; timeColumn: string; isCounted: 0 | 1 | boolean }>();
  return found.map(({ tableName: name, timeColumn, isCounted }) => ({
    ...{ name, timeColumn },
    kind: isCounted ? 'rollup' : 'raw',
  }));
}

/**
 * What the partitions hold that have anything older than the shortest time that somebody keeps: all of their projects,
 * so that it can be told whether somebody still needs a partition. At most one row for each partition and project.
 */
export async function agedRows(
  tables: Tables,
  table: KeptTable,
  shortest: RetentionDays,
  nowMs: number,
): Promise<StoredRows[]> {
  const { name, kind, timeColumn } = table;
  const days = kind === 'raw' ? shortest.rawDays : shortest.rollupDays;
  const rows = tables.rowsOf(name);
  const time = quoted(timeColumn);
  const answer = await tables.client().query({
    // Whole seconds, and those rounded up: nothing goes early.
    query: `SELECT _partition_id AS partitionId, project, toFloat64(count()) AS rows,
              (toFloat64(toUnixTimestamp(max(${time}))) + 1) * 1000 AS newestMs
            FROM ${rows}
            WHERE partitionId GLOBAL IN (
              SELECT DISTINCT _partition_id FROM ${rows} WHERE ${time} < toDateTime({before:UInt32}, 'UTC')
            )
            GROUP BY partitionId, project ORDER BY partitionId, project`,
    query_params: { before: Math.max(0, Math.floor((nowMs - days * DAY_MS) / 1_000)) },
    format: 'JSONEachRow',
    // Not in the way of those who wait for an answer.
    clickhouse_settings: { max_threads: 1, priority: '10' },
  });
  const found = await answer.json<Omit<StoredRows, 'table' | 'kind'>>();
  return found.map((row) => ({ ...row, table: name, kind }));
}
