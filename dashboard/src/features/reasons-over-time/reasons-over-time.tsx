import type { Timeseries } from '@weir/schemas/api';
import { type ReactElement, useMemo, useState } from 'react';
import type { DrawnSeries } from '../../components/chart/chart-props.ts';
import { LazyTimeChart } from '../../components/chart/lazy-time-chart.tsx';
import { ChartLegend } from '../../components/chart/legend.tsx';
import { outcomeOfReason } from '../../components/outcome-mark.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useTimeseries } from '../../lib/api/queries.ts';
import { useBucketCount } from '../../lib/charts/bucket-count.ts';
import { chartTable } from '../../lib/charts/chart-table.ts';
import { reasonColour } from '../../lib/charts/reason-colours.ts';
import { type ChartRow, restKey, seriesKey, seriesRows } from '../../lib/charts/series.ts';
import { reasonName } from '../../lib/format/names.ts';
import { formatCount } from '../../lib/format/numbers.ts';
import { useScopeActions } from '../../lib/scope/use-scope.ts';

const views = [
  { value: 'failed', label: 'Failures' },
  { value: 'all', label: 'All' },
] as const;

type View = (typeof views)[number]['value'];

/** More than these would not be told apart. */
const shownReasons = 5;

export interface ReasonStack {
  readonly rows: readonly ChartRow[];
  readonly series: readonly DrawnSeries[];
}

/** The largest reasons as a stack, failures at the bottom, and the rest as `other`. */
export function stackReasons(timeseries: Timeseries, view: View): ReasonStack {
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

/** How many streams ended for which reason, over time. */
export function ReasonsOverTime(): ReactElement {
  const [view, setView] = useState<View>('failed');
  const { setRange } = useScopeActions();
  const timeseries = useTimeseries({ by: 'reason', limit: 40, buckets: useBucketCount() });
  const stack = useMemo(
    () => (timeseries.data === undefined ? undefined : stackReasons(timeseries.data, view)),
    [timeseries.data, view],
  );
  return (
    <Panel
      title="Reasons over time"
      hint="streams"
      controls={<Segmented label="Which reasons to show" options={views} value={view} onChange={setView} />}
      table={stack === undefined ? undefined : chartTable(stack.rows, stack.series)}
    >
      <QueryBody query={timeseries} skeleton={<div className="skeleton h-82" />}>
        {() =>
          stack === undefined ? null : stack.series.length === 0 ? (
            <p className="grid h-82 place-items-center text-ink-3">No stream failed in this range.</p>
          ) : (
            <>
              <ChartLegend rows={stack.rows} series={stack.series} format={formatCount} />
              <LazyTimeChart
                label="Termination reasons over time"
                height={300}
                rows={stack.rows}
                series={stack.series}
                format={formatCount}
                floor={4}
                ticks={4}
                onSelectRange={(fromMs, toMs) => setRange({ kind: 'absolute', fromMs, toMs })}
              />
            </>
          )
        }
      </QueryBody>
    </Panel>
  );
}
