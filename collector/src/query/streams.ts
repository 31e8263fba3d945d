import type { StreamPage } from '@weir/schemas/api';
import type { StreamField } from '@weir/schemas/stream-record';
import { type AskOptions, ask, type Database } from './ask.ts';
import { encodeCursor, type StreamPosition } from './cursor.ts';
import { fromHex } from './dimension.ts';
import { answeredRange, instant, type Scope, scopeCondition } from './scope.ts';
import { bound, column, joined, type Sql, sql } from './sql.ts';
import { type SelectedStreamRow, streamRow, streamRowColumns } from './stream-row.ts';

export interface StreamsQuestion {
  readonly limit: number;
  /** The page begins after this row; absent: with the newest stream. */
  readonly after?: StreamPosition | undefined;
  /** An id of any kind, in full. */
  readonly search?: string | undefined;
}

/** Streams, newest first. Pages stay exact while streams arrive: each begins after a row, not at a number. */
export async function streams(
  database: Database,
  scope: Scope,
  question: StreamsQuestion,
  options: AskOptions = {},
): Promise<StreamPage> {
  const { limit, after, search } = question;
  const rows = await ask<SelectedStreamRow>(
    database,
    sql`
      SELECT ${streamRowColumns}
      FROM streams
      WHERE ${scopeCondition(scope)}
        AND ${after === undefined ? sql`true` : olderThan(after)}
        AND ${search === undefined ? sql`true` : hasId(search)}
      ORDER BY ended_at DESC, trace_id DESC, span_id DESC
      LIMIT ${bound('UInt32', limit + 1)}`,
    options,
  );
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    ...answeredRange(scope),
    rows: shown.map(streamRow),
    nextCursor: last === undefined ? null : encodeCursor({ ...last, endedAtMs: last.endedAt }),
  };
}

/** The first condition follows from the second; the table's order can use it. */
function olderThan(position: StreamPosition): Sql {
  const endedAt = instant(position.endedAtMs);
  return sql`ended_at <= ${endedAt}
    AND (ended_at, trace_id, span_id) < (${endedAt}, ${fromHex(position.traceId)}, ${fromHex(position.spanId)})`;
}

const searchedTexts = [
  'requestId',
  'providerRequestId',
  'responseId',
  'userHash',
  'sessionId',
  'conversationId',
] as const satisfies readonly StreamField[];

/** Every id has a bloom filter, so this reads the few granules that may hold it. */
function hasId(id: string): Sql {
  const texts = searchedTexts.map((field) => sql`${column(field)} = ${bound('String', id)}`);
  const bytes = /^(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{32})$/.test(id)
    ? [sql`${column(id.length === 32 ? 'traceId' : 'spanId')} = ${fromHex(id)}`]
    : [];
  return sql`(${joined([...bytes, ...texts], ' OR ')})`;
}
