import type { Database } from './database.ts';

/** Resolves when ClickHouse has all the rows, which it takes together or not at all. Times are ISO 8601. */
export async function insertRows(
  database: Pick<Database, 'client'>,
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  if (rows.length === 0) return;
  await database.client().insert({
    table,
    values: [...rows],
    format: 'JSONEachRow',
    clickhouse_settings: { date_time_input_format: 'best_effort' },
  });
}

/** Unix milliseconds as JSON rows have them. */
export const isoTime = (at: number): string => new Date(at).toISOString();
