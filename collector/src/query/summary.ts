import type { Summary, SummaryFigures } from '@weir/schemas/api';
import { type AskOptions, ask, type Database } from './ask.ts';
import {
  type CountsRow,
  counts,
  failureRate,
  figuresOf,
  isAborted,
  isFailed,
  noCounts,
  noPanelPercentiles,
  noPercentiles,
  type PercentilesRow,
  panelPercentiles,
  percentiles,
  percentilesOf,
  type QuantileValues,
} from './figures.ts';
import { answeredRange, instant, type Scope, scopeCondition, withPrevious } from './scope.ts';
import { type Sql, sql } from './sql.ts';

/** The headline figures of a scope, and of the period of the same length before it. */
export async function summary(database: Database, scope: Scope, options: AskOptions = {}): Promise<Summary> {
  const [figures, requests, users] = await Promise.all([
    ask<FiguresRow>(database, figuresByPeriod(scope), options),
    ask<RequestsRow>(database, requestsByPeriod(scope), options),
    ask<UsersRow>(database, usersByPeriod(scope), options),
  ]);
  const ofPeriod = (isCurrent: 0 | 1) =>
    summaryFigures(
      figures.find((row) => row.isCurrent === isCurrent) ?? noFigures,
      requests.find((row) => row.isCurrent === isCurrent) ?? noRequests,
      users.find((row) => row.isCurrent === isCurrent) ?? noUsers,
    );
  return { ...answeredRange(scope), ...ofPeriod(1), previous: ofPeriod(0) };
}

interface FiguresRow extends CountsRow, PercentilesRow {
  readonly isCurrent: 0 | 1;
  readonly duration: QuantileValues;
}

const noFigures: FiguresRow = {
  ...noCounts,
  ...noPanelPercentiles,
  duration: noPercentiles,
  isCurrent: 1,
};

function figuresByPeriod(scope: Scope): Sql {
  return sql`
    SELECT
      ended_at >= ${instant(scope.fromMs)} AS isCurrent,
      ${counts(sql`true`)},
      ${panelPercentiles},
      ${percentiles(sql`duration_seconds`)} AS duration
    FROM streams
    WHERE ${scopeCondition(withPrevious(scope))}
    GROUP BY isCurrent`;
}

interface RequestsRow {
  readonly isCurrent: 0 | 1;
  readonly requests: number;
  readonly failed: number;
  readonly aborted: number;
}

const noRequests: RequestsRow = { isCurrent: 1, requests: 0, failed: 0, aborted: 0 };

/**
 * How a stream ended (2 failed, 1 aborted, 0 neither) below what makes it decide for its request: being the final
 * attempt, else ending last. The deciding attempt is then the plain maximum of one number.
 */
const fate: Sql = sql`
  bitShiftLeft(toUInt64(ifNull(final_attempt, false)), 60)
  + bitShiftLeft(toUInt64(toUnixTimestamp64Milli(ended_at)), 2)
  + multiIf(${isFailed}, 2, ${isAborted}, 1, 0)`;

/**
 * Requests are grouped by a 64-bit hash of their id, 6 times as fast as by the id: among a hundred million, two share a
 * hash once in 4,000 ranges. A stream without a request id is a request of its own.
 */
function requestsByPeriod(scope: Scope): Sql {
  const isCurrent = sql`ended_at >= ${instant(scope.fromMs)} AS isCurrent`;
  return sql`
    SELECT
      isCurrent,
      sum(weight) AS requests,
      sumIf(weight, ending = 2) AS failed,
      sumIf(weight, ending = 1) AS aborted
    FROM (
      SELECT ${isCurrent}, bitAnd(max(${fate}), 3) AS ending, max(sample_weight) AS weight
      FROM streams
      WHERE ${scopeCondition(withPrevious(scope))} AND request_id != ''
      GROUP BY isCurrent, sipHash64(request_id)
      UNION ALL
      SELECT ${isCurrent}, bitAnd(${fate}, 3) AS ending, sum(sample_weight) AS weight
      FROM streams
      WHERE ${scopeCondition(withPrevious(scope))} AND request_id = ''
      GROUP BY isCurrent, ending
    )
    GROUP BY isCurrent`;
}

interface UsersRow {
  readonly isCurrent: 0 | 1;
  readonly users: number;
  readonly affectedUsers: number;
}

const noUsers: UsersRow = { isCurrent: 1, users: 0, affectedUsers: 0 };

function usersByPeriod(scope: Scope): Sql {
  return sql`
    SELECT isCurrent, count() AS users, countIf(affected) AS affectedUsers
    FROM (
      SELECT ended_at >= ${instant(scope.fromMs)} AS isCurrent, max(${isFailed}) AS affected
      FROM streams
      WHERE ${scopeCondition(withPrevious(scope))} AND user_hash != ''
      GROUP BY isCurrent, sipHash64(user_hash)
    )
    GROUP BY isCurrent`;
}

function summaryFigures(row: FiguresRow, requests: RequestsRow, users: UsersRow): SummaryFigures {
  const { isCurrent: _, duration, ttft, maxGap, ...counted } = row;
  return {
    ...figuresOf(counted, { ttft, maxGap }),
    requests: requests.requests,
    failedRequests: requests.failed,
    userVisibleFailureRate: failureRate({ ...requests, streams: requests.requests }),
    users: users.users,
    affectedUsers: users.affectedUsers,
    durationSeconds: percentilesOf(duration),
  };
}
