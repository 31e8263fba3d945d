import type { Percentiles, Timeseries, TimeseriesPoint } from '@weir/schemas/api';
import { type ReactElement, useMemo } from 'react';
import type { DrawnSeries } from '../../components/chart/chart-props.ts';
import { LazyTimeChart } from '../../components/chart/lazy-time-chart.tsx';
import { ChartLegend } from '../../components/chart/legend.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { useTimeseries } from '../../lib/api/queries.ts';
import { useBucketCount } from '../../lib/charts/bucket-count.ts';
import { chartTable } from '../../lib/charts/chart-table.ts';
import { type ChartRow, measureRows } from '../../lib/charts/series.ts';
import { formatSeconds } from '../../lib/format/numbers.ts';
import { useScopeActions } from '../../lib/scope/use-scope.ts';

const percentileSeries: readonly DrawnSeries[] = (['p99', 'p95', 'p50'] as const).map((key) => ({
  key,
  label: key,
  endLabel: key,
  colour: `var(--${key})`,
  kind: 'line',
  width: 1.5,
}));

function percentileRows(
  timeseries: Timeseries,
  measure: (point: TimeseriesPoint) => Percentiles,
): readonly ChartRow[] {
  return measureRows(timeseries, {
    p50: (point) => measure(point).p50,
    p95: (point) => measure(point).p95,
    p99: (point) => measure(point).p99,
  });
}

function PercentileChart({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly ChartRow[];
}): ReactElement {
  const { setRange } = useScopeActions();
  return (
    <div>
      <div className="flex items-center justify-between gap-3">
        <h3 className="text-xs text-ink-3">{title}</h3>
        <ChartLegend rows={rows} series={percentileSeries.toReversed()} format={formatSeconds} />
      </div>
      <LazyTimeChart
        label={`${title}, percentiles over time`}
        height={140}
        rows={rows}
        series={percentileSeries}
        format={formatSeconds}
        floor={0.1}
        showVolume
        onSelectRange={(fromMs, toMs) => setRange({ kind: 'absolute', fromMs, toMs })}
      />
    </div>
  );
}

/** How fast answers begin, and how long they fall silent. */
export function Latency(): ReactElement {
  const timeseries = useTimeseries({ buckets: useBucketCount() });
  const { data } = timeseries;
  const ttft = useMemo(
    () => (data === undefined ? [] : percentileRows(data, ({ ttftSeconds }) => ttftSeconds)),
    [data],
  );
  const gaps = useMemo(
    () => (data === undefined ? [] : percentileRows(data, ({ maxGapSeconds }) => maxGapSeconds)),
    [data],
  );
  const both = ttft.map((row, index) => ({
    ...row,
    values: {
      ...row.values,
      ...Object.fromEntries(
        Object.entries(gaps[index]?.values ?? {}).map(([key, value]) => [`gap ${key}`, value]),
      ),
    },
  }));
  const table = chartTable(both, [
    ...percentileSeries.map((series) => ({ ...series, label: `First token ${series.label}, s` })),
    ...percentileSeries.map(({ key, colour }) => ({
      key: `gap ${key}`,
      label: `Longest gap ${key}, s`,
      colour,
    })),
  ]);
  return (
    <Panel title="Latency" chart hint="over time" table={data === undefined ? undefined : table}>
      <QueryBody query={timeseries} skeleton={<div className="skeleton h-82" />}>
        {() => (
          <div className="space-y-2">
            <PercentileChart title="Time to first token" rows={ttft} />
            <PercentileChart title="Longest gap of a stream" rows={gaps} />
          </div>
        )}
      </QueryBody>
    </Panel>
  );
}
