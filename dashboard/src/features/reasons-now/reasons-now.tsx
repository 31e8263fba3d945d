import type { Breakdown, BreakdownRow } from '@weir/schemas/api';
import { type ReactElement, useState } from 'react';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { useBreakdown } from '../../lib/api/queries.ts';
import { reasonColour } from '../../lib/charts/reason-colours.ts';
import { outcomeOfReason, reasonMeaning, reasonName } from '../../lib/format/names.ts';
import { formatCount, formatExactCount, formatRate } from '../../lib/format/numbers.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import { orderReasons, shareChange } from './reason-rows.ts';

const shownAtFirst = 8;

function OutcomeBar({
  rows,
  total,
}: {
  readonly rows: readonly BreakdownRow[];
  readonly total: number;
}): ReactElement {
  return (
    <div className="mb-2 flex h-2 gap-px overflow-hidden rounded-full" aria-hidden="true">
      {rows.map((row) => (
        <div
          key={row.key}
          title={`${reasonName(row.key)}: ${formatExactCount(row.streams)}`}
          style={{ width: `${(row.streams / total) * 100}%`, background: reasonColour(row.key) }}
          className="min-w-px"
        />
      ))}
    </div>
  );
}

function ReasonRow({
  row,
  total,
  totalBefore,
  chosen,
  onChoose,
}: {
  readonly row: BreakdownRow;
  readonly total: number;
  readonly totalBefore: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): ReactElement {
  const outcome = outcomeOfReason(row.key);
  const failing = outcome === 'failed' || outcome === 'lost';
  const change = shareChange(row, total, totalBefore);
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        onClick={onChoose}
        title={reasonMeaning(row.key)}
        className={`-mx-2 grid h-7.5 w-[calc(100%+1rem)] grid-cols-[auto_minmax(0,1fr)_auto_3.25rem_3.75rem] items-center gap-2 rounded-md px-2 text-left hover:bg-hover pointer-coarse:h-10 ${chosen ? 'bg-accent-soft hover:bg-accent-soft' : ''}`}
      >
        <OutcomeMark outcome={outcome} label />
        <span className={`truncate ${failing ? 'text-ink' : 'text-ink-2'}`}>{reasonName(row.key)}</span>
        <span className={`text-xs ${failing && change.worse ? 'text-failed-text' : 'text-ink-3'}`}>
          {change.text}
        </span>
        <span className="text-right text-ink-3" title={formatExactCount(row.streams)}>
          {formatCount(row.streams)}
        </span>
        <span className="text-right font-medium">{formatRate(row.streams / total)}</span>
      </button>
    </li>
  );
}

function ReasonList({ breakdown }: { readonly breakdown: Breakdown }): ReactElement {
  const [all, setAll] = useState(false);
  const { filters } = useScope();
  const { toggleFilter } = useScopeActions();
  const rows = orderReasons(breakdown.rows);
  const total = rows.reduce((sum, { streams }) => sum + streams, 0);
  const totalBefore = rows.reduce((sum, { previous }) => sum + previous.streams, 0);
  if (rows.length === 0) return <p className="py-6 text-center text-ink-3">No stream ended in this range.</p>;
  return (
    <>
      <OutcomeBar rows={rows} total={total} />
      <ul className={all ? 'max-h-72 overflow-y-auto px-2 -mx-2' : ''}>
        {(all ? rows : rows.slice(0, shownAtFirst)).map((row) => (
          <ReasonRow
            key={row.key}
            row={row}
            total={total}
            totalBefore={totalBefore}
            chosen={filters.some(
              ({ dimension, value, exclude }) => dimension === 'reason' && value === row.key && !exclude,
            )}
            onChoose={() => toggleFilter({ dimension: 'reason', value: row.key, exclude: false })}
          />
        ))}
      </ul>
      {rows.length > shownAtFirst && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="mt-1 self-start rounded-sm text-xs text-ink-3 hover:text-ink"
        >
          {all ? 'Show fewer' : `Show all ${rows.length}`}
        </button>
      )}
    </>
  );
}

/** How streams end in this range, failures first; a click filters everything by a reason. */
export function ReasonsNow({ className }: { readonly className?: string }): ReactElement {
  const breakdown = useBreakdown('reason', 60);
  const table =
    breakdown.data === undefined
      ? undefined
      : {
          columns: ['Reason', 'Outcome', 'Streams', 'Before'],
          rows: orderReasons(breakdown.data.rows).map(({ key, streams, previous }) => [
            key,
            outcomeOfReason(key),
            streams,
            previous.streams,
          ]),
        };
  return (
    <Panel title="Termination reasons" className={className ?? ''} table={table}>
      <QueryBody query={breakdown} skeleton={<div className="skeleton h-69" />}>
        {(data) => <ReasonList breakdown={data} />}
      </QueryBody>
    </Panel>
  );
}
