import type { ReactElement } from 'react';
import { type ChartRow, isIsolated } from '../../lib/charts/series.ts';
import { minimumVolume } from '../../lib/statistics.ts';
import type { DrawnSeries } from './chart-props.ts';

interface DotProps {
  readonly cx?: number | undefined;
  readonly cy?: number | undefined;
  readonly index?: number | undefined;
  readonly rows: readonly ChartRow[];
  readonly series: DrawnSeries;
}

/** A point is drawn only where the line does not show it, and hollow where few streams are behind it. */
export function PointDot({ cx, cy, index, rows, series }: DotProps): ReactElement | null {
  if (cx === undefined || cy === undefined || index === undefined || Number.isNaN(cy)) return null;
  const row = rows[index];
  if (row === undefined || (row.values[series.key] ?? null) === null || series.ghost === true) return null;
  const thin = row.volume !== undefined && row.volume < minimumVolume;
  const last = rows.slice(index + 1).every(({ values }) => (values[series.key] ?? null) === null);
  if (thin)
    return <circle cx={cx} cy={cy} r={2} fill="var(--surface)" stroke={series.colour} strokeOpacity={0.55} />;
  if (!isIsolated(rows, index, series.key) && !last) return null;
  return <circle cx={cx} cy={cy} r={2} fill={series.colour} />;
}

interface BarShape {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly payload?: ChartRow;
}

/** A bar segment, parted from its neighbours by a hairline of the surface, paler while its bucket is not whole. */
export function stackedBar({ colour }: DrawnSeries) {
  return ({ x = 0, y = 0, width = 0, height = 0, payload }: BarShape): ReactElement | null => {
    if (!(height > 0)) return null;
    const drawn = height > 2 ? height - 0.75 : height;
    return (
      <rect
        x={x}
        y={y + height - drawn}
        width={width}
        height={drawn}
        fill={colour}
        opacity={payload?.complete === false ? 0.5 : 1}
      />
    );
  };
}
