import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { streamColumns } from '@weir/schemas/stream-record';
import { streamColumnNames, withLabel } from '../clickhouse/native-block.ts';
import type { SpoolRecord } from '../spool/record.ts';

/** Rows of one segment. */
export interface SegmentInsert {
  /** Name of the segment, which its rows bear. */
  readonly segment: string;
  readonly records: readonly Pick<SpoolRecord, 'rows' | 'block'>[];
  /** Inserts with the same token count once. */
  readonly token: string;
  /** Days of `ended_at`, as `YYYY-MM-DD`, whose rows are left out because they are there already. */
  readonly withoutDays?: readonly string[];
}

/** `unavailable`: it may be stored or not; the same insert with the same token settles that. */
export type InsertResult =
  | { readonly status: 'stored' }
  | { readonly status: 'unavailable'; readonly reason: string }
  | { readonly status: 'refused'; readonly reason: string };

/** @param signal ends the wait for an answer */
export type InsertStreams = (insert: SegmentInsert, signal?: AbortSignal) => Promise<InsertResult>;

/** Past this the answer is not worth waiting for; the insert is repeated with its token. */
const INSERT_TIMEOUT_MS = 30_000;

/** Errors that the same bytes meet again whenever they are sent. Every other one may pass. */
const lastingErrors: ReadonlySet<string> = new Set([
  'CANNOT_READ_ALL_DATA',
  'CANNOT_PARSE_TEXT',
  'INCORRECT_DATA',
  'ILLEGAL_COLUMN',
  'NO_SUCH_COLUMN_IN_TABLE',
  'SIZES_OF_COLUMNS_DOESNT_MATCH',
  'SYNTAX_ERROR',
  'THERE_IS_NO_COLUMN',
  'TOO_LARGE_ARRAY_SIZE',
  'TOO_LARGE_STRING_SIZE',
  'TYPE_MISMATCH',
  'UNKNOWN_IDENTIFIER',
]);

const insertSql = `INSERT INTO streams (${streamColumnNames}, segment) FORMAT Native`;

/** ClickHouse filters, so that nothing here has to take blocks apart. */
const insertSomeDaysSql = `INSERT INTO streams (${streamColumnNames}, segment)
  SELECT ${streamColumnNames}, segment
  FROM input('${inputStructure()}')
  WHERE toString(toDate(ended_at)) NOT IN ({withoutDays:Array(String)})
  FORMAT Native`;

/** Blocks bear their types; `input` asks for them all the same. */
function inputStructure(): string {
  const columns = [...streamColumns, { name: 'segment', type: 'LowCardinality(String)' }];
  return columns.map(({ name, type }) => `${name} ${type}`.replaceAll("'", "\\'")).join(', ');
}

const settings = {
  // The answer must mean that the rows are in the table.
  async_insert: 0,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // All rows become one block, so a day's rows of a segment are one part: all there, or none.
  min_insert_block_size_rows: '2000000000',
  min_insert_block_size_bytes: '2000000000',
  max_insert_threads: '1',
  input_format_parallel_parsing: 0,
} as const;

export function insertStreamsWith(client: () => ClickHouseClient): InsertStreams {
  return async ({ segment, records, token, withoutDays }, signal) => {
    const timeout = AbortSignal.timeout(INSERT_TIMEOUT_MS);
    const blocks = records.flatMap(({ block, rows }) => withLabel(block, rows, 'segment', segment));
    try {
      const result = await client().exec({
        query: withoutDays === undefined ? insertSql : insertSomeDaysSql,
        ...(withoutDays !== undefined && { query_params: { withoutDays } }),
        values: Readable.from(blocks, { objectMode: false }),
        clickhouse_settings: { ...settings, insert_deduplication_token: token },
        abort_signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      // The connection is free for the next request only when the (empty) answer has been read.
      await text(result.stream as Readable);
      return { status: 'stored' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const isLasting = error instanceof ClickHouseError && lastingErrors.has(error.type ?? '');
      return { status: isLasting ? 'refused' : 'unavailable', reason };
    }
  };
}
