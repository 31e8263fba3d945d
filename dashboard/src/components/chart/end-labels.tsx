import type { ReactElement } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import type { ChartRow } from '../../lib/charts/series.ts';
import type { DrawnSeries, TimeChartProps } from './chart-props.ts';
import { type PlacedLabel, spreadLabels } from './spread-labels.ts';

/** The name of each line at its end, where the eye already is. */
export function EndLabels({
  series,
  rows,
  threshold,
}: {
  readonly series: readonly DrawnSeries[];
  readonly rows: readonly ChartRow[];
  readonly threshold?: TimeChartProps['threshold'] | undefined;
}): ReactElement | null {
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  const plot = usePlotArea();
  if (xScale === undefined || yScale === undefined || plot === undefined) return null;
  const placed = series.flatMap(({ key, colour, endLabel }): PlacedLabel[] => {
    const last = rows.findLast(({ values }) => (values[key] ?? null) !== null);
    const y = last === undefined ? undefined : yScale(last.values[key] ?? 0);
    return endLabel === undefined || typeof y !== 'number' ? [] : [{ text: endLabel, colour, y }];
  });
  const limit = threshold === undefined ? undefined : yScale(threshold.value);
  if (threshold !== undefined && typeof limit === 'number') {
    placed.push({ text: threshold.label, colour: 'var(--failed)', y: limit });
  }
  const x = plot.x + plot.width + 6;
  return (
    <g>
      {spreadLabels(placed, plot.y + plot.height).map(({ text, colour, y }) => (
        <text key={text} x={x} y={y} dy="0.33em" fontSize={10.5} fill="var(--ink-2)">
          <tspan fill={colour}>●</tspan>
          <tspan dx="2">{text}</tspan>
        </text>
      ))}
    </g>
  );
}
