import type { Summary, SummaryFigures } from '@weir/schemas/api';
import { type AskOptions, ask, type Database } from './ask.ts';
import { answered, type Facts, factsOf, summedCounts } from './facts.ts';
import {
  type CountsRow,
  failureRate,
  figuresOf,
  noCounts,
  noPanelPercentiles,
  noPercentiles,
  type PercentilesRow,
  percentilesOf,
  type QuantileValues,
} from './figures.ts';
import { noRequests, type RequestsRow, requestsByPeriod } from './requests.ts';
import { previousScope, type Scope } from './scope.ts';
import { type Sql, sql } from './sql.ts';
import { noUsers, type UsersRow, usersByPeriod } from './users.ts';

/** The headline figures of a scope, and of the period of the same length before it. */
export async function summary(database: Database, scope: Scope, options: AskOptions = {}): Promise<Summary> {
  const periods = [scope, previousScope(scope)];
  const facts = factsOf(database, { periods, measures: ['ttft', 'maxGap', 'duration'] });
  const people = usersByPeriod(database, periods);
  const [figures, requests, users] = await Promise.all([
    ask<FiguresRow>(database, figuresByPeriod(facts), options),
    ask<RequestsRow>(database, requestsByPeriod(database, periods), options),
    ask<UsersRow>(database, people.question, options),
  ]);
  const ofPeriod = (wanted: number) =>
    summaryFigures(
      figures.find(({ period }) => period === wanted) ?? noFigures,
      requests.find(({ period }) => period === wanted) ?? noRequests,
      users.find(({ period }) => period === wanted) ?? noUsers,
    );
  return {
    ...answered(scope, facts.source),
    ...ofPeriod(0),
    previous: ofPeriod(1),
    usersError: people.relativeError,
  };
}

interface FiguresRow extends CountsRow, PercentilesRow {
  readonly period: number;
  readonly duration: QuantileValues;
}

const noFigures: FiguresRow = {
  ...noCounts,
  ...noPanelPercentiles,
  duration: noPercentiles,
  period: 0,
};

function figuresByPeriod({ from, percentiles }: Facts): Sql {
  return sql`
    SELECT
      f.period AS period,
      ${summedCounts(sql`true`)},
      ${percentiles('ttft')} AS ttft,
      ${percentiles('maxGap')} AS maxGap,
      ${percentiles('duration')} AS duration
    FROM (${from}) AS f
    GROUP BY period`;
}

function summaryFigures(row: FiguresRow, requests: RequestsRow, users: UsersRow): SummaryFigures {
  const { period: _, duration, ttft, maxGap, ...counted } = row;
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
