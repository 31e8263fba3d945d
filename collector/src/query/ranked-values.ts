import { type AskOptions, ask, type Database } from './ask.ts';
import type { DimensionSql } from './dimension.ts';
import { factsOf, summedCounts, summedIf } from './facts.ts';
import type { CountsRow } from './figures.ts';
import { previousScope, type Scope } from './scope.ts';
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
  const { from } = factsOf(database, { periods: [scope, previousScope(scope)], by: { dimension } });
  const current = sql`f.period = 0`;
  const previous = sql`f.period = 1`;
  const matches =
    search === undefined || search === ''
      ? sql`true`
      : sql`positionCaseInsensitiveUTF8(f.key, ${bound('String', search)}) > 0`;
  return ask<RankedValue>(
    database,
    sql`
      SELECT
        toString(f.key) AS key,
        ${summedCounts(current)},
        ${summedIf('streams', previous)} AS previousStreams,
        ${summedIf('failed', previous)} AS previousFailed,
        ${summedIf('aborted', previous)} AS previousAborted,
        count() OVER () AS total
      FROM (${from}) AS f
      WHERE ${matches}
      GROUP BY f.key
      HAVING ${summedIf('rows', current)} > 0
      ORDER BY ${orders[question.sort]}
      LIMIT ${bound('UInt32', limit)}`,
    options,
  );
}
