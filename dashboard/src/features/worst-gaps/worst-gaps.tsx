import { Link } from '@tanstack/react-router';
import type { Gaps } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryBody } from '../../components/query-body.tsx';
import { TimeAgo } from '../../components/time-text.tsx';
import { useGaps } from '../../lib/api/queries.ts';
import { reasonName } from '../../lib/format/names.ts';
import { formatExactCount, formatSeconds } from '../../lib/format/numbers.ts';

type WorstGap = Gaps['worst'][number];

/** Where the silence lies within its stream, to scale. */
function GapPlace({ gap }: { readonly gap: WorstGap }): ReactElement {
  const { durationSeconds, maxGapSeconds, maxGapOffsetSeconds } = gap;
  if (durationSeconds === null || maxGapSeconds === null || durationSeconds <= 0) return <span />;
  const left = Math.min(1, (maxGapOffsetSeconds ?? 0) / durationSeconds);
  const width = Math.min(1 - left, maxGapSeconds / durationSeconds);
  return (
    <span
      className="relative block h-1.5 overflow-hidden rounded-full"
      style={{ background: 'color-mix(in oklab, var(--p50) 45%, transparent)' }}
      aria-hidden="true"
    >
      <span
        className="absolute inset-y-0 bg-limited"
        style={{ left: `${left * 100}%`, width: `max(3px, ${width * 100}%)` }}
      />
    </span>
  );
}

function GapRow({ gap }: { readonly gap: WorstGap }): ReactElement {
  const where =
    gap.maxGapIndex === null || gap.chunks === null
      ? ''
      : `before chunk ${formatExactCount(gap.maxGapIndex)} of ${formatExactCount(gap.chunks)}`;
  return (
    <li>
      <Link
        to="/streams/$traceId/$spanId"
        params={{ traceId: gap.traceId, spanId: gap.spanId }}
        className="-mx-2 grid h-8 grid-cols-[3.5rem_minmax(0,1fr)_5rem] items-center gap-x-3 rounded-md px-2 hover:bg-hover sm:grid-cols-[3.5rem_minmax(4rem,18%)_minmax(0,1fr)_minmax(0,1fr)_minmax(0,0.8fr)_5rem] pointer-coarse:h-10"
      >
        <span className="font-medium">{formatSeconds(gap.maxGapSeconds)}</span>
        <span className="hidden sm:block">
          <GapPlace gap={gap} />
        </span>
        <span className="truncate">{gap.model}</span>
        <span className="hidden truncate text-ink-3 sm:block">{where}</span>
        <span className="hidden items-center gap-1.5 truncate text-ink-2 sm:flex">
          <OutcomeMark outcome={gap.outcome} label />
          <span className="truncate">{reasonName(gap.reason)}</span>
        </span>
        <TimeAgo at={gap.endedAt} className="text-right text-xs text-ink-3" />
      </Link>
    </li>
  );
}

/** The longest silences in the middle of an answer, and where in it they lay. */
export function WorstGaps(): ReactElement {
  const gaps = useGaps(8);
  const table =
    gaps.data === undefined
      ? undefined
      : {
          columns: ['Ended', 'Gap, s', 'Offset, s', 'Before chunk', 'Model', 'Reason', 'Trace id', 'Span id'],
          rows: gaps.data.worst.map((gap) => [
            gap.endedAt,
            gap.maxGapSeconds,
            gap.maxGapOffsetSeconds,
            gap.maxGapIndex,
            gap.model,
            gap.reason,
            gap.traceId,
            gap.spanId,
          ]),
        };
  const { p50, p95, p99 } = gaps.data?.gapSeconds ?? { p50: null, p95: null, p99: null };
  return (
    <Panel
      title="Worst gaps"
      hint={`between chunks: p50 ${formatSeconds(p50)}, p95 ${formatSeconds(p95)}, p99 ${formatSeconds(p99)}`}
      table={table}
    >
      <QueryBody query={gaps} skeleton={<div className="skeleton h-64" />}>
        {({ worst }) =>
          worst.length === 0 ? (
            <p className="py-6 text-center text-ink-3">No gaps between chunks in this range.</p>
          ) : (
            <ul>
              {worst.map((gap) => (
                <GapRow key={`${gap.traceId} ${gap.spanId}`} gap={gap} />
              ))}
            </ul>
          )
        }
      </QueryBody>
    </Panel>
  );
}
