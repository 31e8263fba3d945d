import type { ReactElement } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import type { ChartRow } from '../../lib/charts/series.ts';
import type { DrawnSeries, TimeChartProps } from './chart-props.ts';

const lineHeight = 12;

interface Placed {
  readonly text: string;
  readonly colour: string;
  readonly y: number;
}

/** Moves labels apart that would overlap, keeping their order. */
export function spreadLabels(labels: readonly Placed[], bottom: number): readonly Placed[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  const down: Placed[] = [];
  for (const label of sorted) {
    const above = down.at(-1);
    down.push({ ...label, y: above === undefined ? label.y : Math.max(label.y, above.y + lineHeight) });
  }
  const overflow = Math.max(0, (down.at(-1)?.y ?? 0) - bottom);
  return down.map((label) => ({ ...label, y: label.y - overflow }));
}

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
  const placed = series.flatMap(({ key, colour, endLabel }): Placed[] => {
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
