import type { Timeseries } from '@weir/schemas/api';
import type { DrawnSeries } from '../../components/chart/chart-props.ts';
import { reasonColour } from '../../lib/charts/reason-colours.ts';
import { type ChartRow, restKey, seriesKey, seriesRows } from '../../lib/charts/series.ts';
import { outcomeOfReason, reasonName } from '../../lib/format/names.ts';

/** Whether only failures are stacked, or all streams. */
export type ReasonView = 'failed' | 'all';

/** More than these would not be told apart. */
const shownReasons = 5;

export interface ReasonStack {
  readonly rows: readonly ChartRow[];
  readonly series: readonly DrawnSeries[];
}

/** The largest reasons as a stack, failures at the bottom, and the rest as `other`. */
export function stackReasons(timeseries: Timeseries, view: ReasonView): ReasonStack {
  const series = timeseries.series.map((one) => ({ key: seriesKey(one), streams: one.streams }));
  const isFailure = (key: string): boolean => ['failed', 'lost'].includes(outcomeOfReason(key));
  const known = series.filter(({ key }) => key !== restKey && (view === 'all' || isFailure(key)));
  const largest = known.toSorted((a, b) => b.streams - a.streams).slice(0, shownReasons);
  const shown = largest.toSorted(
    (a, b) => Number(isFailure(b.key)) - Number(isFailure(a.key)) || b.streams - a.streams,
  );
  const shownKeys = new Set(shown.map(({ key }) => key));
  const rest = series.filter(
    ({ key }) => !shownKeys.has(key) && (view === 'all' || (key !== restKey && isFailure(key))),
  );
  const rows = seriesRows(timeseries, ({ streams }) => streams).map((row) => ({
    ...row,
    values: {
      ...Object.fromEntries([...shownKeys].map((key) => [key, row.values[key] ?? null])),
      ...(rest.length === 0
        ? {}
        : { [restKey]: rest.reduce((sum, { key }) => sum + (row.values[key] ?? 0), 0) }),
    },
  }));
  const drawn = (key: string, label: string, colour: string): DrawnSeries => ({
    key,
    label,
    colour,
    kind: 'bar',
    stack: 'reasons',
  });
  return {
    rows,
    series: [
      ...shown.map(({ key }) => drawn(key, reasonName(key), reasonColour(key))),
      ...(rest.length === 0 ? [] : [drawn(restKey, 'other', 'var(--series-other)')]),
    ],
  };
}
