import { type AskOptions, ask, type Database } from './ask.ts';
import type { DimensionSql } from './dimension.ts';
import { type CountsRow, counts, isAborted, isFailed, weighed } from './figures.ts';
import { instant, type Scope, scopeCondition, withPrevious } from './scope.ts';
import { bound, type Sql, sql } from './sql.ts';

export type Ranking = 'streams' | 'failed' | 'failureRate';

export interface RankedValuesQuestion {
  readonly dimension: DimensionSql;
  readonly sort: Ranking;
  readonly limit: number;
  /** Only values that contain it, whatever the case. */
  readonly search?: string | undefined;
}

/** A value of a dimension with its counts in the scope and in the period before. */
export interface RankedValue extends CountsRow {
  readonly key: string;
  readonly previousStreams: number;
  readonly previousFailed: number;
  readonly previousAborted: number;
  /** Distinct values in the scope, the same in every row. */
  readonly total: number;
}

const orders: { readonly [R in Ranking]: Sql } = {
  streams: sql`streams DESC, key`,
  failed: sql`failed DESC, streams DESC, key`,
  failureRate: sql`failed / nullIf(streams - aborted, 0) DESC NULLS LAST, streams DESC, key`,
};

/** The values of a dimension that occur in the scope, first the ones that matter most; percentiles cost more and are left out. */
export async function rankedValues(
  database: Database,
  scope: Scope,
  question: RankedValuesQuestion,
  options: AskOptions = {},
): Promise<RankedValue[]> {
  const { dimension, limit, search } = question;
  const current = sql`ended_at >= ${instant(scope.fromMs)}`;
  const previous = sql`ended_at < ${instant(scope.fromMs)}`;
  const matches =
    search === undefined || search === ''
      ? sql`true`
      : sql`positionCaseInsensitiveUTF8(key, ${bound('String', search)}) > 0`;
  return ask<RankedValue>(
    database,
    sql`
      SELECT
        toString(${dimension.key}) AS key,
        ${counts(current)},
        ${weighed(previous)} AS previousStreams,
        ${weighed(sql`${previous} AND ${isFailed}`)} AS previousFailed,
        ${weighed(sql`${previous} AND ${isAborted}`)} AS previousAborted,
        count() OVER () AS total
      FROM streams
      WHERE ${scopeCondition(withPrevious(scope))} AND ${matches}
      GROUP BY key
      HAVING countIf(${current}) > 0
      ORDER BY ${orders[question.sort]}
      LIMIT ${bound('UInt32', limit)}`,
    options,
  );
}
