import type { Timeseries, TimeseriesPoint } from '@weir/schemas/api';

/** One bucket of a chart: its middle, its ends and what each series has there; null is a gap. */
export interface ChartRow {
  /** Middle of the bucket, Unix ms: where it is drawn. */
  readonly timeMs: number;
  readonly startMs: number;
  readonly endMs: number;
  /** False for a bucket that reaches beyond what was asked, or into the present: its counts are not whole. */
  readonly complete: boolean;
  readonly values: Readonly<Record<string, number | null>>;
  /** Streams behind the values, where that says how far to trust them. */
  readonly volume?: number;
}

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  /** A CSS colour. */
  readonly colour: string;
}

/** @returns the ends of the drawn range: whole buckets, so that no bar is cut. */
export function chartDomain(rows: readonly ChartRow[]): readonly [number, number] {
  return [rows[0]?.startMs ?? 0, rows.at(-1)?.endMs ?? 1];
}

function bucketRows(
  { buckets, intervalSeconds, from, to }: Timeseries,
  fill: (index: number) => Pick<ChartRow, 'values' | 'volume'>,
): readonly ChartRow[] {
  const stepMs = intervalSeconds * 1000;
  const fromMs = Date.parse(from);
  const toMs = Date.parse(to);
  return buckets.map((start, index) => {
    const startMs = Date.parse(start);
    const endMs = startMs + stepMs;
    const complete = startMs >= fromMs && endMs <= toMs;
    return { timeMs: startMs + stepMs / 2, startMs, endMs, complete, ...fill(index) };
  });
}

/** Measures of one series, `all`, side by side: `{ p50: …, p95: … }`. */
export function measureRows(
  timeseries: Timeseries,
  measures: Readonly<Record<string, (point: TimeseriesPoint) => number | null>>,
): readonly ChartRow[] {
  const points = timeseries.series[0]?.points ?? [];
  return bucketRows(timeseries, (index) => {
    const point = points[index];
    const values = Object.fromEntries(
      Object.entries(measures).map(([key, measure]) => [key, point === undefined ? null : measure(point)]),
    );
    return point === undefined ? { values } : { values, volume: point.streams - point.aborted };
  });
}

/** Key of the values beyond the limit; a value of the dimension may be called `other`, too. */
export const restKey = '\u0000rest';

export function seriesKey({ key, isRest }: Timeseries['series'][number]): string {
  return isRest === true ? restKey : key;
}

/** One measure of every series: `{ 'gpt-5': …, [restKey]: … }`. */
export function seriesRows(
  timeseries: Timeseries,
  measure: (point: TimeseriesPoint) => number | null,
): readonly ChartRow[] {
  return bucketRows(timeseries, (index) => ({
    values: Object.fromEntries(
      timeseries.series.map((series) => {
        const point = series.points[index];
        return [seriesKey(series), point === undefined ? null : measure(point)];
      }),
    ),
  }));
}

/**
 * Lays the values of an earlier period over these rows, bucket by bucket from the end, because both periods end on a
 * whole range while their first bucket may be cut.
 */
export function withGhost(
  rows: readonly ChartRow[],
  key: string,
  before: readonly (number | null)[],
): readonly ChartRow[] {
  const shift = before.length - rows.length;
  return rows.map((row, index) => ({
    ...row,
    values: { ...row.values, [key]: before[index + shift] ?? null },
  }));
}

/** Largest value of the given series in all rows, 0 when there is none. */
export function largestValue(rows: readonly ChartRow[], keys: readonly string[]): number {
  return rows.reduce((max, { values }) => Math.max(max, ...keys.map((key) => values[key] ?? 0)), 0);
}

/** Largest sum of the given series in one row. */
export function largestStack(rows: readonly ChartRow[], keys: readonly string[]): number {
  return rows.reduce(
    (max, { values }) =>
      Math.max(
        max,
        keys.reduce((sum, key) => sum + (values[key] ?? 0), 0),
      ),
    0,
  );
}

/** A point whose neighbours are both gaps, which a line alone would not show. */
export function isIsolated(rows: readonly ChartRow[], index: number, key: string): boolean {
  const at = (position: number): number | null => rows[position]?.values[key] ?? null;
  return at(index) !== null && at(index - 1) === null && at(index + 1) === null;
}
