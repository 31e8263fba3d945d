import { Link } from '@tanstack/react-router';
import type { Incident } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { dimensionName, valueName } from '../../lib/format/names.ts';
import { formatCount, formatExactCount, formatRate, formatRatio } from '../../lib/format/numbers.ts';
import { type Filter, withFilter } from '../../lib/scope/filter.ts';
import type { Range } from '../../lib/scope/range.ts';
import { searchOfFilters, searchOfRange } from '../../lib/scope/search-params.ts';

type Suspect = Incident['suspects'][number];

function timesElsewhere({ failureRate, failureRateElsewhere }: Suspect): string {
  if (failureRateElsewhere === null) return '';
  return failureRateElsewhere === 0
    ? 'none of the others'
    : `${formatRatio(failureRate / failureRateElsewhere)} the others`;
}

function SuspectRow({
  suspect,
  range,
  filters,
}: {
  readonly suspect: Suspect;
  readonly range: Range;
  readonly filters: readonly Filter[];
}): ReactElement {
  const { dimension, value } = suspect;
  return (
    <li>
      <Link
        to="/"
        search={(search) => ({
          ...search,
          ...searchOfRange(range),
          ...searchOfFilters(withFilter(filters, { dimension, value, exclude: false })),
        })}
        title={`${formatExactCount(suspect.failed)} of ${formatExactCount(suspect.streams)} failed`}
        className="-mx-2 grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 rounded-md px-2 py-2 hover:bg-hover sm:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_4rem_7rem_5.5rem]"
      >
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="text-ink-3">{dimensionName(dimension)}</span>
          <span className="truncate font-medium">{valueName(dimension, value)}</span>
        </span>
        <span className="flex items-center gap-2 max-sm:order-3 max-sm:col-span-2">
          <span className="h-1.5 flex-1 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
            <span
              className="block h-full rounded-full bg-failed"
              style={{ width: `${suspect.shareOfFailures * 100}%` }}
            />
          </span>
          <span className="w-28 text-xs whitespace-nowrap text-ink-2">
            {Math.round(suspect.shareOfFailures * 100)}
            {'\u00a0'}% of failures
          </span>
        </span>
        <span className="text-right font-medium text-failed-text">{formatRate(suspect.failureRate)}</span>
        <span className="text-right text-xs text-ink-3 max-sm:hidden">{timesElsewhere(suspect)}</span>
        <span className="hidden text-right text-xs text-ink-3 sm:block">
          {formatCount(suspect.streams)} streams
        </span>
      </Link>
    </li>
  );
}

/** Values that failures have more often than other streams do. */
export function SuspectsPanel({
  incident,
  range,
  filters,
}: {
  readonly incident: Incident;
  readonly range: Range;
  readonly filters: readonly Filter[];
}): ReactElement {
  const table = {
    columns: ['Dimension', 'Value', 'Streams', 'Failed', 'Failure rate', 'Elsewhere', 'Share of failures'],
    rows: incident.suspects.map((suspect) => [
      suspect.dimension,
      suspect.value,
      suspect.streams,
      suspect.failed,
      suspect.failureRate,
      suspect.failureRateElsewhere,
      suspect.shareOfFailures,
    ]),
  };
  return (
    <Panel title="Suspects" hint="what the failures have in common" table={table}>
      {incident.suspects.length === 0 ? (
        <p className="flex items-center gap-2 py-4 text-ink-2">
          <Icon name="overview" className="text-ink-3" />
          No model, attachment, network or other value stands out: it concerns everybody alike.
        </p>
      ) : (
        <ul>
          {incident.suspects.map((suspect) => (
            <SuspectRow
              key={`${suspect.dimension} ${suspect.value}`}
              suspect={suspect}
              range={range}
              filters={filters}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}
