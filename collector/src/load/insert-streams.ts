import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { insertStreamsSql } from '../clickhouse/native-block.ts';

/** `unavailable`: it may be stored or not; the same insert with the same token settles that. */
export type InsertResult =
  | { readonly status: 'stored' }
  | { readonly status: 'unavailable'; readonly reason: string }
  | { readonly status: 'refused'; readonly reason: string };

/** @param token inserts with the same token count once */
export type InsertStreams = (blocks: readonly Buffer[], token: string) => Promise<InsertResult>;

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

export function insertStreamsWith(client: () => ClickHouseClient): InsertStreams {
  return async (blocks, token) => {
    try {
      const result = await client().exec({
        query: insertStreamsSql,
        values: Readable.from(blocks, { objectMode: false }),
        clickhouse_settings: {
          // The answer must mean that the rows are in the table.
          async_insert: 0,
          insert_deduplication_token: token,
          deduplicate_blocks_in_dependent_materialized_views: 1,
        },
        abort_signal: AbortSignal.timeout(INSERT_TIMEOUT_MS),
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
