import type { AnswerSource, Timeseries, TimeseriesPoint } from '@weir/schemas/api';
import { type AskOptions, ask, type Database } from './ask.ts';
import type { DimensionSql } from './dimension.ts';
import { answered, factsOf, panelMeasures } from './facts.ts';
import { failureRate, noPanelPercentiles, type PercentilesRow, percentilesOf } from './figures.ts';
import { bucketStarts, type TimeAxis, timeAxis } from './interval.ts';
import { rankedValues } from './ranked-values.ts';
import { isoTime, type Scope } from './scope.ts';
import { listed, type Sql, sql } from './sql.ts';

export interface TimeseriesQuestion {
  /** One series for each of the `limit` largest values, and one for the rest; absent: one series. */
  readonly by?: DimensionSql | undefined;
  readonly limit: number;
  readonly buckets: number;
}

/** Every measure over time. The rest is computed from its rows, not by subtraction, so its percentiles are true ones. */
export async function timeseries(
  database: Database,
  scope: Scope,
  question: TimeseriesQuestion,
  options: AskOptions = {},
): Promise<Timeseries> {
  const { by, limit } = question;
  const axis = timeAxis(scope.fromMs, scope.toMs, question.buckets);
  const keys = by === undefined ? [] : await largest(database, scope, by, limit, options);
  const { question: asked, source } = points(database, scope, axis, by, keys);
  const rows = await ask<PointRow>(database, asked, options);
  const rest = by === undefined ? 'all' : 'other';
  return {
    ...answered(scope, source),
    by: by?.name ?? null,
    intervalSeconds: axis.widthMs / 1_000,
    buckets: bucketStarts(axis).map(isoTime),
    series: [
      ...keys.map((key, index) => oneSeries(key, axis, rowsOf(index + 1))),
      ...(by === undefined || rowsOf(0).length > 0
        ? [{ ...oneSeries(rest, axis, rowsOf(0)), ...(by === undefined ? {} : { isRest: true }) }]
        : []),
    ],
  };

  function rowsOf(place: number): PointRow[] {
    return rows.filter((row) => row.place === place);
  }
}

async function largest(
  database: Database,
  scope: Scope,
  dimension: DimensionSql,
  limit: number,
  options: AskOptions,
): Promise<string[]> {
  const values = await rankedValues(database, scope, { dimension, sort: 'streams', limit }, options);
  return values.map(({ key }) => key);
}

interface PointRow extends PercentilesRow {
  readonly bucket: number;
  /** 1 for the first key, 2 for the second, …; 0 for the rest. */
  readonly place: number;
  readonly streams: number;
  readonly failed: number;
  readonly aborted: number;
  readonly limited: number;
}

/** Series are numbered: a value that happens to be called `other` stays apart from the rest. */
function points(
  database: Database,
  scope: Scope,
  axis: TimeAxis,
  by: DimensionSql | undefined,
  keys: readonly string[],
): { question: Sql; source: AnswerSource } {
  const place = (value: Sql) => (keys.length === 0 ? sql`0` : sql`indexOf([${listed(keys)}], ${value})`);
  const facts = factsOf(database, {
    periods: [scope],
    by: by && { dimension: by, as: place },
    axis,
    measures: panelMeasures,
  });
  const question = sql`
    SELECT
      f.bucket AS bucket,
      ${by === undefined ? sql`0` : sql`f.key`} AS place,
      sum(f.streams) AS streams,
      sum(f.failed) AS failed,
      sum(f.aborted) AS aborted,
      sum(f.limited) AS limited,
      ${facts.percentiles('ttft')} AS ttft,
      ${facts.percentiles('maxGap')} AS maxGap
    FROM (${facts.from}) AS f
    GROUP BY bucket, place`;
  return { question, source: facts.source };
}

function oneSeries(key: string, axis: TimeAxis, rows: readonly PointRow[]) {
  const byBucket = new Map(rows.map((row) => [row.bucket, row]));
  return {
    key,
    streams: rows.reduce((total, row) => total + row.streams, 0),
    points: Array.from({ length: axis.count }, (_, bucket) => point(byBucket.get(bucket))),
  };
}

function point(row: PointRow | undefined): TimeseriesPoint {
  const { streams = 0, failed = 0, aborted = 0, limited = 0 } = row ?? {};
  const { ttft, maxGap } = row ?? noPanelPercentiles;
  return {
    streams,
    failed,
    aborted,
    limited,
    failureRate: failureRate({ streams, failed, aborted }),
    ttftSeconds: percentilesOf(ttft),
    maxGapSeconds: percentilesOf(maxGap),
  };
}
