import { lazy, type ReactElement, Suspense } from 'react';
import type { TimeChartProps } from './chart-props.ts';

const load = () => import('./time-chart.tsx');

/** The charting library is the largest part of the page; words and figures do not wait for it. */
const TimeChart = lazy(load);

/** Begins to fetch the charting library, so that it comes while the data does. */
export function preloadTimeChart(): void {
  // A failure shows when the chart is drawn: `lazy` asks again.
  load().catch(() => undefined);
}

export function LazyTimeChart(props: TimeChartProps): ReactElement {
  return (
    <Suspense fallback={<div className="skeleton" style={{ height: props.height }} />}>
      <TimeChart {...props} />
    </Suspense>
  );
}
