import type { Summary, Timeseries } from '@weir/schemas/api';
import type { ReactElement, ReactNode } from 'react';
import { Hint } from '../../components/hint.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { useSummary, useTimeseries, useTimeseriesBefore } from '../../lib/api/queries.ts';
import { useBucketCount } from '../../lib/charts/bucket-count.ts';
import { formatCount, formatExactCount, formatRate, unknownMark } from '../../lib/format/numbers.ts';
import { beforeWords } from '../../lib/scope/range-words.ts';
import { useScope } from '../../lib/scope/use-scope.ts';
import { type FigureKey, type FigureValue, figureDefinitions, figureValues } from './figure-values.ts';

const judgementClass = { good: 'text-good-text', bad: 'text-failed-text', plain: 'text-ink-2' } as const;

function FigureCard({
  name,
  meaning,
  value,
  note,
  children,
}: {
  readonly name: string;
  readonly meaning: string;
  readonly value: FigureValue | undefined;
  readonly note: string;
  readonly children: ReactNode;
}): ReactElement {
  const pale = value === undefined || value.pale;
  return (
    <div className="flex min-w-0 flex-col bg-surface px-4 py-3">
      <dt className="flex min-h-5 items-center">
        <Hint text={meaning}>
          <button
            type="button"
            className="truncate rounded-sm text-sm text-ink-2 decoration-line-strong decoration-dotted underline-offset-4 hover:underline"
          >
            {name}
          </button>
        </Hint>
      </dt>
      <dd className="mt-0.5 flex flex-1 flex-col">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <span
            title={value?.exact}
            className={`text-2xl font-semibold tracking-tight ${pale ? 'text-ink-3' : 'text-ink'}`}
          >
            {value?.text ?? unknownMark}
          </span>
          {value !== undefined && !pale && (
            <span className={`text-xs font-medium ${judgementClass[value.judgement]}`}>{value.change}</span>
          )}
        </div>
        <p className="truncate text-xs text-ink-3" title={note}>
          {note}
        </p>
        <div className="mt-auto pt-2">{children}</div>
      </dd>
    </div>
  );
}

/** In the place of a sparkline, for the figure that has no course over time: what retries made good. */
function RecoveredShare({ summary }: { readonly summary: Summary }): ReactElement {
  const recovered = Math.max(0, summary.failed - summary.failedRequests);
  const share = summary.failed > 0 ? recovered / summary.failed : 0;
  return (
    <div className="flex h-7 flex-col justify-end gap-1.5">
      <div className="flex h-1.5 gap-px overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        <div className="bg-completed" style={{ width: `${share * 100}%` }} />
        <div className="bg-failed" style={{ width: summary.failed > 0 ? `${100 - share * 100}%` : 0 }} />
      </div>
      <p className="truncate text-2xs text-ink-3">
        {summary.failed > 0
          ? `${formatRate(share)} of failures were made good`
          : `${formatCount(summary.requests)} requests, none failed`}
      </p>
    </div>
  );
}

function FigureSkeleton(): ReactElement {
  return (
    <div className="h-33 bg-surface px-4 py-3">
      <div className="skeleton h-4 w-24" />
      <div className="skeleton mt-2.5 h-7 w-20" />
      <div className="skeleton mt-5 h-6 w-full" />
    </div>
  );
}

function noteOf(key: FigureKey, value: FigureValue, summary: Summary, previously: string): string {
  if (!value.pale || key === 'streams')
    return value.before === undefined ? `no figure for ${previously}` : `${value.before} ${previously}`;
  return `n = ${formatExactCount(summary.streams - summary.aborted)}, too few to judge`;
}

/** Four figures, each with its course and the period before. */
export function Figures(): ReactElement {
  const { range } = useScope();
  const buckets = useBucketCount();
  const summary = useSummary();
  const course = useTimeseries({ buckets });
  const before = useTimeseriesBefore({ buckets });
  const values = summary.data === undefined ? undefined : figureValues(summary.data);
  const waiting = summary.data === undefined && summary.error === null;

  const courseOf = (
    data: Timeseries | undefined,
    measure: NonNullable<(typeof figureDefinitions)[0]['measure']>,
  ) =>
    // The first and the last bucket are seldom whole: the line would dive at both ends.
    (data?.series[0]?.points ?? []).slice(1, -1).map(measure);

  return (
    <dl
      aria-busy={waiting}
      className={`grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line transition-opacity duration-150 lg:grid-cols-4 ${summary.isPlaceholderData ? 'opacity-60' : ''}`}
    >
      {figureDefinitions.map(({ key, name, meaning, colour, measure }) => {
        if (waiting) return <FigureSkeleton key={key} />;
        const value = values?.[key];
        const note =
          value === undefined || summary.data === undefined
            ? 'not known'
            : noteOf(key, value, summary.data, beforeWords(range));
        return (
          <FigureCard key={key} name={name} meaning={meaning} value={value} note={note}>
            {measure !== undefined && (
              <Sparkline
                values={courseOf(course.data, measure)}
                before={courseOf(before.data, measure)}
                colour={colour}
              />
            )}
            {measure === undefined &&
              (summary.data === undefined ? (
                <div className="h-7" />
              ) : (
                <RecoveredShare summary={summary.data} />
              ))}
          </FigureCard>
        );
      })}
    </dl>
  );
}
