import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import type { Coverage } from './plan.ts';
import { rendered, type Sql } from './sql.ts';

/** ClickHouse, as much of it as a question needs. */
export interface Database {
  /** The client, with the database selected. May throw while there is none; the question then fails with that. */
  client(): ClickHouseClient;
  /** What rollups can answer now; absent or undefined: nothing. */
  readonly coverage?: (() => Coverage | undefined) | undefined;
}

/** What one question may cost; ClickHouse refuses what would cost more. */
export interface QueryLimits {
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly rowsRead: number;
  readonly resultRows: number;
}

export const defaultQueryLimits: QueryLimits = {
  seconds: 10,
  memoryBytes: 2_000_000_000,
  rowsRead: 2_000_000_000,
  resultRows: 100_000,
};

export interface AskOptions {
  /** Ends the query inside ClickHouse, too, when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Default `defaultQueryLimits`. */
  readonly limits?: QueryLimits | undefined;
}

/**
 * Asks one question.
 *
 * @returns all rows of the answer
 * @throws what the client throws: `ClickHouseError` when the server refuses (a limit, for one), else a connection error
 */
export async function ask<Row>(database: Database, question: Sql, options: AskOptions = {}): Promise<Row[]> {
  const answer = await database.client().query({
    ...rendered(question),
    format: 'JSONEachRow',
    clickhouse_settings: settingsOf(options.limits ?? defaultQueryLimits),
    // Long lists of values do not fit into a URL.
    use_multipart_params_auto: true,
    ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
  });
  return await answer.json<Row>();
}

function settingsOf(limits: QueryLimits): ClickHouseSettings {
  return {
    readonly: '1',
    // Works for read-only queries alone, and without it a query outlives the person who asked.
    cancel_http_readonly_queries_on_client_close: 1,
    max_execution_time: limits.seconds,
    timeout_overflow_mode: 'throw',
    max_memory_usage: String(limits.memoryBytes),
    // Large groupings go to disk before they meet the limit.
    max_bytes_before_external_group_by: String(Math.floor(limits.memoryBytes / 2)),
    max_rows_to_read: String(limits.rowsRead),
    read_overflow_mode: 'throw',
    max_result_rows: String(limits.resultRows),
    result_overflow_mode: 'throw',
    output_format_json_quote_64bit_integers: 0,
    output_format_json_quote_denormals: 0,
  };
}
