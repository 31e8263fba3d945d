import { lazy, type ReactElement, Suspense } from 'react';
import type { TimeChartProps } from './chart-props.ts';

/** The charting library is the largest part of the page; words and figures do not wait for it. */
const TimeChart = lazy(() => import('./time-chart.tsx'));

export function LazyTimeChart(props: TimeChartProps): ReactElement {
  return (
    <Suspense fallback={<div className="skeleton" style={{ height: props.height }} />}>
      <TimeChart {...props} />
    </Suspense>
  );
}
