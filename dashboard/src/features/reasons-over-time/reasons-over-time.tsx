import { type ReactElement, useMemo, useState } from 'react';
import { LazyTimeChart } from '../../components/chart/lazy-time-chart.tsx';
import { ChartLegend } from '../../components/chart/legend.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useTimeseries } from '../../lib/api/queries.ts';
import { useBucketCount } from '../../lib/charts/bucket-count.ts';
import { chartTable } from '../../lib/charts/chart-table.ts';
import { formatCount } from '../../lib/format/numbers.ts';
import { useScopeActions } from '../../lib/scope/use-scope.ts';
import { type ReasonView, stackReasons } from './stack-reasons.ts';

const views = [
  { value: 'failed', label: 'Failures' },
  { value: 'all', label: 'All' },
] as const;

/** How many streams ended for which reason, over time. */
export function ReasonsOverTime(): ReactElement {
  const [view, setView] = useState<ReasonView>('failed');
  const { setRange } = useScopeActions();
  const timeseries = useTimeseries({ by: 'reason', limit: 40, buckets: useBucketCount() });
  const stack = useMemo(
    () => (timeseries.data === undefined ? undefined : stackReasons(timeseries.data, view)),
    [timeseries.data, view],
  );
  return (
    <Panel
      title="Reasons over time"
      chart
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
