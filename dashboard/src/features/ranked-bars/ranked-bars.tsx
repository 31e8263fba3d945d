import type { Breakdown } from '@weir/schemas/api';
import { type ReactElement, useState } from 'react';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { useBreakdown } from '../../lib/api/queries.ts';
import { dimensionName, valueName } from '../../lib/format/names.ts';
import { exactRate, formatCount, formatExactCount, formatRate } from '../../lib/format/numbers.ts';
import { useScope, useScopeActions } from '../../lib/scope/use-scope.ts';
import { barScale, type RankedRow, rankRows } from './ranking.ts';

const shownAtFirst = 7;

/** Name, bar, rate, change, streams; on a phone the bar and the streams take a second line. */
const columns =
  'sm:grid-cols-[minmax(0,1fr)_minmax(3.5rem,23%)_3.25rem_3rem_3.25rem] max-sm:grid-cols-[minmax(0,1fr)_auto_3.5rem]';

const directionClass = { worse: 'text-failed-text', better: 'text-good-text', none: 'text-ink-3' } as const;

/** The rate as a bar, and where it truly may lie (Wilson, 95 %) as a whisker. */
function RateBar({ ranked, scale }: { readonly ranked: RankedRow; readonly scale: number }): ReactElement {
  const { failureRate, failureRateInterval } = ranked.row;
  const percent = (rate: number): string => `${Math.min(100, (rate / scale) * 100)}%`;
  return (
    <span
      className={`relative block h-4 max-sm:order-4 max-sm:col-span-2 ${ranked.thin ? 'opacity-40' : ''}`}
      aria-hidden="true"
    >
      <span className="absolute inset-y-1 left-0 w-full rounded-[2px] bg-sunken" />
      <span
        className="absolute inset-y-1 left-0 rounded-[2px] bg-failed"
        style={{ width: percent(failureRate ?? 0), opacity: 0.82 }}
      />
      {failureRateInterval !== null && (
        <span
          className="absolute inset-y-[5px] border-x border-ink-2"
          style={{
            left: percent(failureRateInterval.low),
            width: `calc(${percent(failureRateInterval.high)} - ${percent(failureRateInterval.low)})`,
          }}
        >
          <span className="absolute inset-x-0 top-1/2 h-px -translate-y-1/2 bg-ink-2" />
        </span>
      )}
    </span>
  );
}

function describe({ row, judged }: RankedRow): string {
  const interval =
    row.failureRateInterval === null
      ? ''
      : ` (95 % interval ${formatRate(row.failureRateInterval.low)} to ${formatRate(row.failureRateInterval.high)})`;
  return `${formatExactCount(row.failed)} of ${formatExactCount(judged)} failed, ${exactRate(row.failureRate)}${interval}; before: ${formatRate(row.previous.failureRate)} of ${formatExactCount(row.previous.streams)}`;
}

function Row({
  by,
  ranked,
  scale,
  chosen,
  onChoose,
}: {
  readonly by: string;
  readonly ranked: RankedRow;
  readonly scale: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): ReactElement {
  const { row, thin, change, direction } = ranked;
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        onClick={onChoose}
        title={describe(ranked)}
        className={`-mx-2 grid h-8 w-[calc(100%+1rem)] items-center gap-x-2 max-sm:h-12 max-sm:content-center ${columns} rounded-md px-2 text-left hover:bg-hover pointer-coarse:sm:h-10 ${chosen ? 'bg-accent-soft hover:bg-accent-soft' : ''}`}
      >
        <span className={`truncate max-sm:order-1 ${thin ? 'text-ink-3' : ''}`}>
          {valueName(by, row.key)}
        </span>
        <RateBar ranked={ranked} scale={scale} />
        <span className={`text-right font-medium max-sm:order-3 ${thin ? 'text-ink-3' : ''}`}>
          {formatRate(row.failureRate)}
        </span>
        <span className={`truncate text-right text-xs max-sm:order-2 ${directionClass[direction]}`}>
          {change}
        </span>
        <span className="truncate text-right text-xs text-ink-3 max-sm:order-5">
          {thin ? `n = ${formatExactCount(ranked.judged)}` : formatCount(row.streams)}
        </span>
      </button>
    </li>
  );
}

function Rows({ breakdown }: { readonly breakdown: Breakdown }): ReactElement {
  const [all, setAll] = useState(false);
  const { filters } = useScope();
  const { toggleFilter } = useScopeActions();
  const ranked = rankRows(breakdown.rows);
  const scale = barScale(ranked);
  const { by } = breakdown;
  if (ranked.length === 0)
    return <p className="py-6 text-center text-ink-3">No stream ended in this range.</p>;
  return (
    <>
      <div aria-hidden="true" className={`grid gap-2 pb-0.5 text-2xs text-ink-3 max-sm:hidden ${columns}`}>
        <span />
        <span>0 – {formatRate(scale)}</span>
        <span className="text-right">rate</span>
        <span className="text-right">change</span>
        <span className="text-right">streams</span>
      </div>
      <ul className={all ? '-mx-2 max-h-80 overflow-y-auto px-2' : ''}>
        {(all ? ranked : ranked.slice(0, shownAtFirst)).map((item) => (
          <Row
            key={item.row.key}
            by={by}
            ranked={item}
            scale={scale}
            chosen={filters.some(
              (filter) => filter.dimension === by && filter.value === item.row.key && !filter.exclude,
            )}
            onChoose={() => toggleFilter({ dimension: by, value: item.row.key, exclude: false })}
          />
        ))}
      </ul>
      {ranked.length > shownAtFirst && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="mt-1 self-start rounded-sm text-xs text-ink-3 hover:text-ink"
        >
          {all ? 'Show fewer' : `Show all ${breakdown.total}`}
        </button>
      )}
    </>
  );
}

function RowsSkeleton(): ReactElement {
  return (
    <div className="space-y-3 pt-5">
      {[90, 70, 80, 55, 65].map((width) => (
        <div key={width} className="skeleton h-5" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** The failure rate of each value of a dimension, worst first; a click filters everything. */
export function RankedBars({ by }: { readonly by: string }): ReactElement {
  const breakdown = useBreakdown(by, 50);
  const table =
    breakdown.data === undefined
      ? undefined
      : {
          columns: [
            dimensionName(by),
            'Streams',
            'Failed',
            'Aborted',
            'Failure rate',
            'Low',
            'High',
            'Rate before',
          ],
          rows: rankRows(breakdown.data.rows).map(({ row }) => [
            row.key,
            row.streams,
            row.failed,
            row.aborted,
            row.failureRate,
            row.failureRateInterval?.low ?? null,
            row.failureRateInterval?.high ?? null,
            row.previous.failureRate,
          ]),
        };
  return (
    <Panel title={`By ${dimensionName(by).toLowerCase()}`} hint="failure rate" table={table}>
      <QueryBody query={breakdown} skeleton={<RowsSkeleton />}>
        {(data) => <Rows breakdown={data} />}
      </QueryBody>
    </Panel>
  );
}
