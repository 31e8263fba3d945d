import { type ReactElement, useSyncExternalStore } from 'react';
import { useCrosshair } from '../../lib/charts/crosshair.ts';
import type { ChartRow } from '../../lib/charts/series.ts';
import { formatExactCount, unknownMark } from '../../lib/format/numbers.ts';
import { formatInterval } from '../../lib/format/times.ts';
import { useZone } from '../../lib/preferences.ts';
import { minimumVolume } from '../../lib/statistics.ts';
import type { DrawnSeries } from './chart-props.ts';

function volumeText(volume: number): string {
  const count = `n = ${formatExactCount(volume)}`;
  return volume < minimumVolume ? `${count}, too few to judge` : count;
}

/** The values at the crosshair, largest first, in the chart that is pointed at. */
export function ChartReadout({
  owner,
  active,
  row,
  series,
  format,
  showVolume,
}: {
  readonly owner: string;
  readonly active: boolean;
  readonly row: ChartRow | undefined;
  readonly series: readonly DrawnSeries[];
  readonly format: (value: number) => string;
  readonly showVolume: boolean;
}): ReactElement | null {
  const zone = useZone();
  const crosshair = useCrosshair();
  // The other charts learn of the pointer in their own time: reading the owner once would show values in two of them.
  const pointedAt = useSyncExternalStore(crosshair.subscribe, crosshair.owner);
  if (!active || row === undefined || pointedAt !== owner) return null;
  const shown = series
    .filter(({ kind, key }) => kind !== 'bar' || (row.values[key] ?? 0) > 0)
    .toSorted((a, b) => (row.values[b.key] ?? -1) - (row.values[a.key] ?? -1));
  return (
    <div className="pointer-events-none min-w-40 rounded-md border border-line bg-raised px-2.5 py-2 text-xs shadow-popover">
      <p className="mb-1 whitespace-nowrap text-ink-3">
        {formatInterval(row.startMs, row.endMs, zone)}
        {!row.complete && ' · not whole'}
      </p>
      <ul className="space-y-0.5">
        {shown.map(({ key, label, colour, ghost }) => {
          const value = row.values[key] ?? null;
          return (
            <li key={key} className="flex items-center gap-2">
              <span
                aria-hidden="true"
                className="h-2 w-2 shrink-0 rounded-[2px]"
                style={{ background: colour }}
              />
              <span className={`mr-3 max-w-48 truncate ${ghost === true ? 'text-ink-3' : 'text-ink-2'}`}>
                {label}
              </span>
              <span className="ml-auto font-medium text-ink">
                {value === null ? unknownMark : format(value)}
              </span>
            </li>
          );
        })}
      </ul>
      {showVolume && row.volume !== undefined && <p className="mt-1 text-ink-3">{volumeText(row.volume)}</p>}
      {shown.length === 0 && <p className="text-ink-3">Nothing in this bucket</p>}
    </div>
  );
}
