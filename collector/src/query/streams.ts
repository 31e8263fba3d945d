import type { StreamPage } from '@weir/schemas/api';
import { type AskOptions, ask, type Database } from './ask.ts';
import { encodeCursor, type StreamPosition } from './cursor.ts';
import { fromHex } from './dimension.ts';
import { rawCondition } from './facts.ts';
import type { TimeRange } from './plan.ts';
import { answeredRange, instant, type Scope } from './scope.ts';
import { bound, type Sql, sql } from './sql.ts';
import { hasId, rangesOfId } from './stream-ids.ts';
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
  const { limit } = question;
  const rows = await newest(database, scope, question, options);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    ...answeredRange(scope),
    rows: shown.map(streamRow),
    nextCursor: last === undefined ? null : encodeCursor({ ...last, endedAtMs: last.endedAt }),
  };
}

/** @returns one row more than the page has, when there are more */
async function newest(
  database: Database,
  scope: Scope,
  { limit, after, search }: StreamsQuestion,
  options: AskOptions,
): Promise<SelectedStreamRow[]> {
  if (search === undefined) return rowsIn(database, scope, [scope], { limit, after, search }, options);
  const range = { fromMs: scope.fromMs, toMs: Math.min(scope.toMs, (after?.endedAtMs ?? scope.toMs) + 1) };
  const { project, filters } = scope;
  // Each of the newest slots has a stream of the page, unless filters drop it or a hash deceives.
  const wanted = filters.length === 0 ? limit + SPARE_SLOTS : undefined;
  const found = await rangesOfId(database, { project, id: search, range, limit: wanted }, options);
  const rows = await rowsIn(database, scope, found.ranges, { limit, after, search }, options);
  if (rows.length > limit || found.isComplete) return rows;
  const all = await rangesOfId(database, { project, id: search, range }, options);
  return rowsIn(database, scope, all.ranges, { limit, after, search }, options);
}

const SPARE_SLOTS = 10;

function rowsIn(
  database: Database,
  scope: Scope,
  ranges: readonly TimeRange[],
  { limit, after, search }: StreamsQuestion,
  options: AskOptions,
): Promise<SelectedStreamRow[]> {
  return ask<SelectedStreamRow>(
    database,
    sql`
      SELECT ${streamRowColumns}
      FROM streams
      WHERE ${rawCondition(scope, ranges)}
        AND ${after === undefined ? sql`true` : olderThan(after)}
        AND ${search === undefined ? sql`true` : hasId(search)}
      ORDER BY ended_at DESC, trace_id DESC, span_id DESC
      LIMIT ${bound('UInt32', limit + 1)}`,
    options,
  );
}

/** The first condition follows from the second; the table's order can use it. */
function olderThan(position: StreamPosition): Sql {
  const endedAt = instant(position.endedAtMs);
  return sql`ended_at <= ${endedAt}
    AND (ended_at, trace_id, span_id) < (${endedAt}, ${fromHex(position.traceId)}, ${fromHex(position.spanId)})`;
}
