import type { Timeseries } from '@weir/schemas/api';
import { type ReactElement, useMemo, useState } from 'react';
import type { DrawnSeries } from '../../components/chart/chart-props.ts';
import { LazyTimeChart } from '../../components/chart/lazy-time-chart.tsx';
import { ChartLegend } from '../../components/chart/legend.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useIncidents, useTimeseries, useTimeseriesBefore } from '../../lib/api/queries.ts';
import { mergedBands, type TimeBand } from '../../lib/charts/bands.ts';
import { useBucketCount } from '../../lib/charts/bucket-count.ts';
import { chartTable } from '../../lib/charts/chart-table.ts';
import {
  type ChartRow,
  chartDomain,
  measureRows,
  restKey,
  seriesKey,
  seriesRows,
  withGhost,
} from '../../lib/charts/series.ts';
import { useSeriesColours } from '../../lib/charts/series-colours.ts';
import { valueName } from '../../lib/format/names.ts';
import { formatCount, formatRate } from '../../lib/format/numbers.ts';
import { beforeWords } from '../../lib/scope/range-words.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';

const splits = [
  { value: 'none', label: 'All' },
  { value: 'model', label: 'Model' },
  { value: 'attachment', label: 'Attachment' },
  { value: 'network', label: 'Network' },
] as const;

type Split = (typeof splits)[number]['value'];

const rateHeight = 190;
const volumeHeight = 58;

const volumeSeries: readonly DrawnSeries[] = [
  { key: 'volume', label: 'Streams', colour: 'var(--ghost)', kind: 'bar', stack: 'volume' },
];

interface RateChart {
  readonly rows: readonly ChartRow[];
  readonly series: readonly DrawnSeries[];
}

function wholeChart(timeseries: Timeseries, before: Timeseries | undefined, beforeLabel: string): RateChart {
  const rows = measureRows(timeseries, { failureRate: (point) => point.failureRate });
  const earlier = (before?.series[0]?.points ?? []).map((point) => point.failureRate);
  const ghost: DrawnSeries = {
    key: 'before',
    label: beforeLabel,
    colour: 'var(--ghost)',
    kind: 'line',
    ghost: true,
  };
  return {
    rows: withGhost(rows, 'before', earlier),
    series: [
      ...(earlier.some((rate) => rate !== null) ? [ghost] : []),
      { key: 'failureRate', label: 'Failure rate', colour: 'var(--failed)', kind: 'area' },
    ],
  };
}

function splitChart(timeseries: Timeseries, by: string, colourOf: (key: string) => string): RateChart {
  return {
    rows: seriesRows(timeseries, (point) => point.failureRate),
    series: timeseries.series.map(seriesKey).map((key) => ({
      key,
      label: key === restKey ? 'other' : valueName(by, key),
      colour: colourOf(key),
      kind: 'line',
      width: 1.5,
    })),
  };
}

function useIncidentBands(): readonly TimeBand[] {
  const incidents = useIncidents();
  return useMemo(
    () =>
      (incidents.data?.incidents ?? []).map(({ startedAt, resolvedAt }) => ({
        fromMs: Date.parse(startedAt),
        toMs: resolvedAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(resolvedAt),
      })),
    [incidents.data],
  );
}

/** The failure rate over time, whole or by a dimension, with incidents as bands; below it how many streams there were. */
export function FailureRate({ className }: { readonly className?: string }): ReactElement {
  const [split, setSplit] = useState<Split>('none');
  const { range } = useScope();
  const { setRange } = useScopeActions();
  const buckets = useBucketCount();
  const whole = useTimeseries({ buckets });
  const before = useTimeseriesBefore({ buckets });
  const parted = useTimeseries(split === 'none' ? { buckets } : { buckets, by: split, limit: 5 });
  const bands = useIncidentBands();
  const keys = split === 'none' ? [] : (parted.data?.series ?? []).map(seriesKey);
  const colourOf = useSeriesColours(split, keys);

  const chart = useMemo((): RateChart | undefined => {
    if (parted.data === undefined) return undefined;
    if (split === 'none' || parted.data.by === null)
      return wholeChart(parted.data, before.data, beforeWords(range));
    return splitChart(parted.data, split, colourOf);
  }, [parted.data, before.data, split, range, colourOf]);
  const volume = useMemo(
    () => (whole.data === undefined ? [] : measureRows(whole.data, { volume: (point) => point.streams })),
    [whole.data],
  );

  const selectRange = (fromMs: number, toMs: number): void => setRange({ kind: 'absolute', fromMs, toMs });
  const shownBands = mergedBands(bands, ...chartDomain(chart?.rows ?? []));
  return (
    <Panel
      title="Failure rate"
      chart
      hint="of all streams that were not aborted"
      className={className ?? ''}
      controls={
        <Segmented label="Split the failure rate by" options={splits} value={split} onChange={setSplit} />
      }
      table={chart === undefined ? undefined : chartTable(chart.rows, chart.series)}
    >
      <QueryBody query={parted} skeleton={<div className="skeleton h-69" />}>
        {() =>
          chart === undefined ? null : (
            <>
              <ChartLegend rows={chart.rows} series={chart.series.toReversed()} format={formatRate}>
                {shownBands.length > 0 && (
                  <li className="flex items-center gap-1.5">
                    <span
                      aria-hidden="true"
                      className="size-2.5 rounded-[2px] bg-(--band) outline outline-failed/30"
                    />
                    incident
                  </li>
                )}
              </ChartLegend>
              <LazyTimeChart
                label="Failure rate over time"
                height={rateHeight}
                rows={chart.rows}
                series={chart.series}
                format={formatRate}
                floor={0.01}
                bands={shownBands}
                timeAxis="none"
                showVolume
                onSelectRange={selectRange}
              />
              <LazyTimeChart
                label="Streams over time"
                height={volumeHeight}
                rows={volume}
                series={volumeSeries}
                format={formatCount}
                floor={1}
                ticks={1}
                onSelectRange={selectRange}
              />
            </>
          )
        }
      </QueryBody>
    </Panel>
  );
}
