import type { Incident } from '@weir/schemas/api';
import { type ReactElement, useMemo } from 'react';
import type { DrawnSeries } from '../../components/chart/chart-props.ts';
import { LazyTimeChart } from '../../components/chart/lazy-time-chart.tsx';
import { ChartLegend } from '../../components/chart/legend.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { fixedRange, useTimeseries } from '../../lib/api/queries.ts';
import { chartTable } from '../../lib/charts/chart-table.ts';
import { measureRows } from '../../lib/charts/series.ts';
import { formatCount, formatRate } from '../../lib/format/numbers.ts';
import { parseFilter } from '../../lib/scope/filter.ts';
import type { Range } from '../../lib/scope/range.ts';

const rateSeries: readonly DrawnSeries[] = [
  { key: 'failureRate', label: 'Failure rate', colour: 'var(--failed)', kind: 'area' },
];
const volumeSeries: readonly DrawnSeries[] = [
  { key: 'volume', label: 'Streams', colour: 'var(--ghost)', kind: 'bar', stack: 'volume' },
];

const minuteMs = 60_000;

/** The incident with as much time around it as lets one see that it was one. */
export function incidentWindow(
  { startedAt, resolvedAt, windowSeconds }: Pick<Incident, 'startedAt' | 'resolvedAt' | 'windowSeconds'>,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const start = Date.parse(startedAt);
  const end = resolvedAt === null ? nowMs : Date.parse(resolvedAt);
  const margin = Math.max(15 * minuteMs, 2 * windowSeconds * 1000, (end - start) / 2);
  // Whole minutes, so that asking again a moment later is the same question.
  const fromMs = Math.floor((start - margin) / minuteMs) * minuteMs;
  const toMs = Math.ceil(Math.min(nowMs, end + margin) / minuteMs) * minuteMs;
  return { fromMs, toMs };
}

export function incidentScope(
  incident: Incident,
  nowMs: number,
): { readonly range: Range; readonly filters: readonly NonNullable<ReturnType<typeof parseFilter>>[] } {
  const { fromMs, toMs } = incidentWindow(incident, nowMs);
  return {
    range: fixedRange(fromMs, toMs),
    filters: incident.filters.map(parseFilter).filter((filter) => filter !== undefined),
  };
}

/** The failure rate before, during and after, against the limit of the rule. */
export function IncidentChart({
  incident,
  nowMs,
}: {
  readonly incident: Incident;
  readonly nowMs: number;
}): ReactElement {
  const timeseries = useTimeseries({ buckets: 90 }, incidentScope(incident, nowMs));
  const { data } = timeseries;
  const rows = useMemo(
    () =>
      data === undefined
        ? []
        : measureRows(data, { failureRate: (point) => point.failureRate, volume: ({ streams }) => streams }),
    [data],
  );
  const band = {
    fromMs: Date.parse(incident.startedAt),
    toMs: incident.resolvedAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(incident.resolvedAt),
  };
  return (
    <Panel
      title="Failure rate"
      chart
      hint="of what the rule watches"
      table={data === undefined ? undefined : chartTable(rows, [...rateSeries, ...volumeSeries])}
    >
      <QueryBody query={timeseries} skeleton={<div className="skeleton h-70" />}>
        {() => (
          <>
            <ChartLegend rows={rows} series={rateSeries} format={formatRate} />
            <LazyTimeChart
              label="Failure rate during the incident"
              height={200}
              rows={rows}
              series={rateSeries}
              format={formatRate}
              floor={0.01}
              bands={[band]}
              threshold={{ value: incident.threshold, label: `${formatRate(incident.threshold)}` }}
              timeAxis="none"
              showVolume
            />
            <LazyTimeChart
              label="Streams during the incident"
              height={58}
              rows={rows}
              series={volumeSeries}
              format={formatCount}
              floor={1}
              ticks={1}
              labelRoom
            />
          </>
        )}
      </QueryBody>
    </Panel>
  );
}
