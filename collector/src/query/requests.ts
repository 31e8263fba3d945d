import type { Dimension } from '@weir/schemas/stream-record';
import type { Database } from './ask.ts';
import { rawCondition, rolledCondition, slotTime } from './facts.ts';
import { isAborted, isFailed } from './figures.ts';
import type { Filter } from './filter.ts';
import { requestLevelSeconds } from './levels.ts';
import { type Plan, planOf, type RolledPiece } from './plan.ts';
import { pairedDimensions, rolledSetOf } from './rolled-dimensions.ts';
import type { Scope } from './scope.ts';
import { bound, integers, joined, listed, type Sql, sql } from './sql.ts';

/** Requests of one period, weighted. */
export interface RequestsRow {
  readonly period: number;
  readonly requests: number;
  readonly failed: number;
  readonly aborted: number;
}

export const noRequests: RequestsRow = { period: 0, requests: 0, failed: 0, aborted: 0 };

/**
 * How a stream ended (2 failed, 1 aborted, 0 neither) below what makes it decide for its request: being the final
 * attempt, else ending last. The deciding attempt is then the plain maximum of one number.
 */
export const fate: Sql = sql`
  bitShiftLeft(toUInt64(ifNull(final_attempt, false)), 60)
  + bitShiftLeft(toUInt64(toUnixTimestamp64Milli(ended_at)), 2)
  + multiIf(${isFailed}, 2, ${isAborted}, 1, 0)`;

/** True for a stream that is all there is of its request: it has no request's id, or was the first attempt and the last. */
export const isWholeRequest: Sql = sql`(request_id = '' OR (ifNull(attempt, 0) = 1 AND ifNull(final_attempt, false)))`;

/** Requests are told apart by a hash: among a hundred million, two share one once in 4,000 ranges. */
export const requestHash: Sql = sql`sipHash64(request_id)`;

/**
 * Counts requests by how their deciding attempt among the streams of the scope ended. Most requests have one attempt
 * and simply add up, in rollups, too; the attempts of the others are brought together here.
 */
export function requestsByPeriod(database: Pick<Database, 'coverage'>, periods: readonly Scope[]): Sql {
  return sql`
    SELECT period, sum(requests) AS requests, sum(failed) AS failed, sum(aborted) AS aborted
    FROM (${joined([...wholeRequests(database, periods), ofSeveralAttempts(database, periods)], ' UNION ALL ')})
    GROUP BY period`;
}

function wholeRequests(database: Pick<Database, 'coverage'>, periods: readonly Scope[]): Sql[] {
  return periods.flatMap((scope, period) => {
    const { plan, set } = planFor(database, scope);
    return [
      ...plan.rolled.map(
        (piece) => sql`
          SELECT ${number(period)} AS period, sum(r.requests) AS requests, sum(r.failed_requests) AS failed,
            sum(r.aborted_requests) AS aborted
          FROM rollups AS r
          WHERE ${rolledCondition(scope, piece, set)}`,
      ),
      ...(plan.raw.length === 0
        ? []
        : [
            sql`
              SELECT ${number(period)} AS period, sum(sample_weight) AS requests,
                sumIf(sample_weight, ${isFailed}) AS failed, sumIf(sample_weight, ${isAborted}) AS aborted
              FROM streams
              WHERE ${rawCondition(scope, plan.raw)} AND ${isWholeRequest}`,
          ]),
    ];
  });
}

function ofSeveralAttempts(database: Pick<Database, 'coverage'>, periods: readonly Scope[]): Sql {
  const attempts = periods.flatMap((scope, period) => {
    const { plan } = planFor(database, scope, [requestLevelSeconds]);
    return [
      ...plan.rolled.map((piece) => keptAttempts(scope, piece, period)),
      ...(plan.raw.length === 0
        ? []
        : [
            sql`
              SELECT ${number(period)} AS period, ${requestHash} AS request, ${fate} AS fate, sample_weight
              FROM streams
              WHERE ${rawCondition(scope, plan.raw)} AND NOT ${isWholeRequest}`,
          ]),
    ];
  });
  return sql`
    SELECT period, sum(weight) AS requests, sumIf(weight, ending = 2) AS failed, sumIf(weight, ending = 1) AS aborted
    FROM (
      SELECT period, bitAnd(max(fate), 3) AS ending, max(sample_weight) AS weight
      FROM (${attempts.length === 0 ? noAttempts : joined(attempts, ' UNION ALL ')})
      GROUP BY period, request)
    GROUP BY period`;
}

const noAttempts: Sql = sql`
  SELECT toUInt8(0) AS period, toUInt64(0) AS request, toUInt64(0) AS fate, toFloat32(0) AS sample_weight WHERE false`;

function planFor(
  database: Pick<Database, 'coverage'>,
  scope: Scope,
  levelSeconds?: readonly number[],
): { plan: Plan; set: NonNullable<ReturnType<typeof rolledSetOf>> } {
  const set = rolledSetOf(scope.filters.map(({ dimension }) => dimension.name));
  const isKept =
    levelSeconds === undefined || scope.filters.every(({ dimension }) => placeOf(dimension.name) > 0);
  const coverage = set === undefined || !isKept ? undefined : database.coverage?.();
  const options = { project: scope.project, ...(levelSeconds === undefined ? {} : { levelSeconds }) };
  return { plan: planOf(scope, coverage, options), set: set ?? [] };
}

function keptAttempts({ project, filters }: Scope, piece: RolledPiece, period: number): Sql {
  const conditions = [sql`true`, ...filters.map(matchesKept)];
  return sql`
    SELECT ${number(period)} AS period, request, fate, sample_weight
    FROM request_attempts
    WHERE project = ${bound('String', project)}
      AND slot >= ${slotTime(piece.fromMs)} AND slot < ${slotTime(piece.toMs)}
      AND generation IN (${integers(piece.generations)})
      AND ${joined(conditions, ' AND ')}`;
}

function matchesKept({ dimension, values, excludes }: Filter): Sql {
  const among = sql`dimension_values[${integers([placeOf(dimension.name)])}] IN (${listed(values)})`;
  return excludes ? sql`NOT (${among})` : among;
}

/** From 1; 0 for a dimension that attempts are not kept with. */
function placeOf(name: string): number {
  return pairedDimensions.indexOf(name as Dimension & (typeof pairedDimensions)[number]) + 1;
}

function number(value: number): Sql {
  return sql`toUInt8(${integers([value])})`;
}
