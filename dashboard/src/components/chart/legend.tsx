import type { ReactElement, ReactNode } from 'react';
import { useCrosshairTime } from '../../lib/charts/crosshair.ts';
import type { ChartRow } from '../../lib/charts/series.ts';
import { unknownMark } from '../../lib/format/numbers.ts';
import type { DrawnSeries } from './chart-props.ts';

/** Names the series; while any chart of the page is pointed at, also says their values at that time. */
export function ChartLegend({
  rows,
  series,
  format,
  children,
}: {
  readonly rows: readonly ChartRow[];
  readonly series: readonly DrawnSeries[];
  readonly format: (value: number) => string;
  readonly children?: ReactNode;
}): ReactElement {
  const timeMs = useCrosshairTime();
  const row =
    timeMs === undefined
      ? undefined
      : rows.find((candidate) => candidate.startMs <= timeMs && timeMs < candidate.endMs);
  return (
    <ul data-legend="" className="flex min-h-5 flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-ink-2">
      {series.map(({ key, label, colour, kind, ghost }) => {
        const value = row?.values[key] ?? null;
        return (
          <li key={key} className="flex items-center gap-1.5">
            <span
              aria-hidden="true"
              className={`shrink-0 ${kind === 'bar' ? 'size-2 rounded-[2px]' : `w-3 ${ghost === true ? 'h-px' : 'h-0.5 rounded-full'}`}`}
              style={{ background: colour }}
            />
            <span className={ghost === true ? 'text-ink-3' : ''}>{label}</span>
            {row !== undefined && (
              <span className="font-medium text-ink">{value === null ? unknownMark : format(value)}</span>
            )}
          </li>
        );
      })}
      {children}
    </ul>
  );
}
