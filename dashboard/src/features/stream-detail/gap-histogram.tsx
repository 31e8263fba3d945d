import type { StreamDetail } from '@weir/schemas/stream-fields';
import type { ReactElement } from 'react';
import { formatExactCount, formatSeconds } from '../../lib/format/numbers.ts';
import { gapBars } from './gap-bars.ts';

/** How long the gaps between this stream's chunks were; counts on a root scale, so that a single long gap shows. */
export function GapHistogram({ stream }: { readonly stream: StreamDetail }): ReactElement | null {
  const bars = gapBars(stream.gapHistogram);
  if (bars.length < 2) return null;
  const highest = Math.max(...bars.map(({ gaps }) => gaps));
  const first = bars[0]?.seconds ?? 0;
  const last = bars.at(-1)?.seconds ?? 0;
  return (
    <figure className="mt-4">
      <figcaption className="mb-1.5 flex flex-wrap gap-x-4 text-xs text-ink-3">
        <span>Gaps between chunks</span>
        <span>p50 {formatSeconds(stream.gapP50Seconds)}</span>
        <span>p95 {formatSeconds(stream.gapP95Seconds)}</span>
        <span>p99 {formatSeconds(stream.gapP99Seconds)}</span>
        <span>max {formatSeconds(stream.maxGapSeconds)}</span>
      </figcaption>
      <div className="flex h-10 items-end gap-px border-b border-line-strong" aria-hidden="true">
        {bars.map(({ seconds, gaps }) => (
          <div
            key={seconds}
            title={`about ${formatSeconds(seconds)}: ${formatExactCount(gaps)} gaps`}
            className={`flex-1 rounded-t-[1px] ${seconds >= (stream.stallThresholdSeconds ?? Number.POSITIVE_INFINITY) ? 'bg-limited' : 'bg-accent/60'}`}
            style={{ height: gaps === 0 ? 0 : `max(2px, ${Math.sqrt(gaps / highest) * 100}%)` }}
          />
        ))}
      </div>
      <div className="mt-1 flex justify-between text-2xs text-ink-3" aria-hidden="true">
        <span>{formatSeconds(first)}</span>
        <span>logarithmic</span>
        <span>{formatSeconds(last)}</span>
      </div>
    </figure>
  );
}
