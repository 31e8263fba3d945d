import type { AnswerSource, Breakdown, BreakdownRow } from '@weir/schemas/api';
import { type AskOptions, ask, type Database } from './ask.ts';
import type { DimensionSql } from './dimension.ts';
import { answered, factsOf, panelMeasures } from './facts.ts';
import { failureRate, figuresOf, noPanelPercentiles, type PercentilesRow } from './figures.ts';
import { type RankedValue, type Ranking, rankedValues } from './ranked-values.ts';
import type { Scope } from './scope.ts';
import { sql } from './sql.ts';

export interface BreakdownQuestion {
  readonly by: DimensionSql;
  readonly sort: Ranking;
  readonly limit: number;
}

/** Figures for each value of a dimension. Values are ranked first, so percentiles are computed for those shown alone. */
export async function breakdown(
  database: Database,
  scope: Scope,
  question: BreakdownQuestion,
  options: AskOptions = {},
): Promise<Breakdown> {
  const { by, sort, limit } = question;
  const values = await rankedValues(database, scope, { dimension: by, sort, limit }, options);
  const { measures, source } = await percentilesByValue(database, scope, by, values, options);
  return {
    ...answered(scope, source),
    by: by.name,
    total: values[0]?.total ?? 0,
    rows: values.map((value) => breakdownRow(value, measures.get(value.key) ?? noPanelPercentiles)),
  };
}

async function percentilesByValue(
  database: Database,
  scope: Scope,
  by: DimensionSql,
  values: readonly RankedValue[],
  options: AskOptions,
): Promise<{ measures: ReadonlyMap<string, PercentilesRow>; source: AnswerSource }> {
  const shown = { dimension: by, values: values.map(({ key }) => key), excludes: false };
  const facts = factsOf(database, {
    periods: [{ ...scope, filters: [...scope.filters, shown] }],
    by: { dimension: by },
    measures: panelMeasures,
  });
  const { source } = facts;
  if (values.length === 0) return { measures: new Map(), source };
  const rows = await ask<PercentilesRow & { key: string }>(
    database,
    sql`
      SELECT toString(f.key) AS key, ${facts.percentiles('ttft')} AS ttft, ${facts.percentiles('maxGap')} AS maxGap
      FROM (${facts.from}) AS f
      GROUP BY f.key`,
    options,
  );
  return { measures: new Map(rows.map((row) => [row.key, row])), source };
}

function breakdownRow(value: RankedValue, measures: PercentilesRow): BreakdownRow {
  const { key, total: _, previousStreams, previousFailed, previousAborted, ...current } = value;
  const previous = { streams: previousStreams, failed: previousFailed, aborted: previousAborted };
  return {
    key,
    ...figuresOf(current, measures),
    previous: {
      streams: previous.streams,
      failed: previous.failed,
      failureRate: failureRate(previous),
    },
  };
}
