import type { Database } from './ask.ts';
import { rawCondition, rolledCondition, sourceOf } from './facts.ts';
import { isFailed } from './figures.ts';
import { planOf } from './plan.ts';
import { holdsUsers, rolledSetOf } from './rolled-dimensions.ts';
import type { Scope } from './scope.ts';
import { integers, joined, type Sql, sql } from './sql.ts';

/** Distinct users of one period. */
export interface UsersRow {
  readonly period: number;
  readonly users: number;
  readonly affectedUsers: number;
}

export interface UsersQuestion {
  /** Answers a `UsersRow` a period. */
  readonly question: Sql;
  /** Standard error of both counts. */
  readonly relativeError: number;
}

export const noUsers: UsersRow = { period: 0, users: 0, affectedUsers: 0 };

/** Standard error of a count from sketches: 1.04 / sqrt(2^12). Up to some hundred users they are exact. */
const SKETCH_ERROR = 0.0163;

/** Counts users by hash: exactly where `streams` alone is read, from sketches where rollups are. */
export function usersByPeriod(
  database: Pick<Database, 'coverage'>,
  periods: readonly Scope[],
): UsersQuestion {
  const [{ project, filters } = { project: '', filters: [] }] = periods;
  const set = rolledSetOf(filters.map(({ dimension }) => dimension.name));
  const coverage = set === undefined || !holdsUsers(set) ? undefined : database.coverage?.();
  const plans = periods.map((period) => planOf(period, coverage, { project }));
  if (sourceOf(plans) === 'streams') return { question: exactUsers(periods), relativeError: 0 };
  const sketches = periods.flatMap((scope, period) => {
    const { rolled = [], raw = [] } = plans[period] ?? {};
    return [
      ...rolled.map(
        (piece) => sql`
          SELECT ${number(period)} AS period,
            uniqCombined64MergeState(12)(r.users) AS seen, uniqCombined64MergeState(12)(r.affected_users) AS affected
          FROM rollups AS r
          WHERE ${rolledCondition(scope, piece, set ?? [])}`,
      ),
      ...(raw.length === 0
        ? []
        : [
            sql`
              SELECT ${number(period)} AS period,
                uniqCombined64State(12)(sipHash64(user_hash)) AS seen,
                uniqCombined64StateIf(12)(sipHash64(user_hash), ${isFailed}) AS affected
              FROM streams
              WHERE ${rawCondition(scope, raw)} AND user_hash != ''`,
          ]),
    ];
  });
  const question = sql`
    SELECT period, uniqCombined64Merge(12)(seen) AS users, uniqCombined64Merge(12)(affected) AS affectedUsers
    FROM (${joined(sketches, ' UNION ALL ')})
    GROUP BY period`;
  return { question, relativeError: SKETCH_ERROR };
}

function exactUsers(periods: readonly Scope[]): Sql {
  const people = periods.map(
    (scope, period) => sql`
      SELECT ${number(period)} AS period, max(${isFailed}) AS isAffected
      FROM streams
      WHERE ${rawCondition(scope, [scope])} AND user_hash != ''
      GROUP BY sipHash64(user_hash)`,
  );
  return sql`
    SELECT period, count() AS users, countIf(isAffected) AS affectedUsers
    FROM (${joined(people, ' UNION ALL ')})
    GROUP BY period`;
}

function number(value: number): Sql {
  return sql`toUInt8(${integers([value])})`;
}
