import type { StreamDetail } from '@weir/schemas/stream-fields';
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { niceScale } from '../../lib/charts/nice-scale.ts';
import { exactSeconds, formatSeconds, withoutZeros } from '../../lib/format/numbers.ts';
import { useElementWidth } from '../../lib/use-element-width.ts';
import { GapHistogram } from './gap-histogram.tsx';
import { placeLabels, type Timeline, timelineOf } from './timeline-model.ts';
import { notesOf } from './timeline-notes.ts';
import { TimelineTrack } from './timeline-track.tsx';

/** About what a character takes, px; labels are placed before they are drawn. */
const characterWidth = 7;

function Notes({
  timeline,
  x,
  width,
}: {
  readonly timeline: Timeline;
  readonly x: (seconds: number) => number;
  readonly width: number;
}): ReactElement {
  const placed = placeLabels(
    notesOf(timeline),
    ({ atSeconds }) => x(atSeconds),
    ({ text }) => text.length * characterWidth,
    width,
  );
  const rows = Math.max(0, ...placed.map(({ row }) => row)) + 1;
  return (
    <div className="relative" style={{ height: rows * 17 + 2 }}>
      {placed.map(({ item, row, left }) => (
        <span
          key={item.key}
          className="absolute text-xs font-medium whitespace-nowrap"
          style={{ left, bottom: row * 17, color: item.tone }}
        >
          {item.text}
        </span>
      ))}
    </div>
  );
}

function SecondsAxis({
  timeline,
  x,
  width,
}: {
  readonly timeline: Timeline;
  readonly x: (seconds: number) => number;
  readonly width: number;
}): ReactElement {
  const count = Math.max(2, Math.floor(width / 80));
  const ticks = niceScale(timeline.spanSeconds, 0.001, count).ticks.filter(
    (tick) => tick <= timeline.spanSeconds,
  );
  return (
    <svg aria-hidden="true" width={width} height={20} className="block overflow-visible">
      <line x1={0} x2={width} y1={0.5} y2={0.5} stroke="var(--line-strong)" />
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${x(tick)} 0)`}>
          <line y2={4} stroke="var(--line-strong)" />
          <text y={15} fontSize={10.5} fill="var(--ink-3)" textAnchor={tick === 0 ? 'start' : 'middle'}>
            {withoutZeros(tick, formatSeconds)}
          </text>
        </g>
      ))}
    </svg>
  );
}

function Milestones({ timeline }: { readonly timeline: Timeline }): ReactElement {
  return (
    <ol className="mt-3 grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-4 lg:grid-cols-[repeat(auto-fit,minmax(6.5rem,1fr))]">
      {timeline.milestones.map(({ key, label, meaning, atSeconds }) => (
        <li key={key} className="bg-surface px-3 py-2" title={meaning}>
          <p className="text-xs text-ink-3">{label}</p>
          <p className="font-medium" title={exactSeconds(atSeconds)}>
            {formatSeconds(atSeconds)}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** One stream drawn to scale: when what arrived, where it fell silent, and where it broke. */
export function StreamTimeline({ stream }: { readonly stream: StreamDetail }): ReactElement {
  const [container, width] = useElementWidth();
  const timeline = timelineOf(stream);
  const x = (seconds: number): number =>
    timeline.spanSeconds === 0 ? 0 : Math.min(1, seconds / timeline.spanSeconds) * width;
  const table = {
    columns: ['Moment', 'Seconds from the call'],
    rows: timeline.milestones.map(({ label, atSeconds }) => [label, atSeconds]),
  };
  return (
    <Panel title="Timeline" hint="to scale, seconds from the call" table={table}>
      <div ref={container} className="min-w-0">
        {width > 0 && (
          <>
            <Notes timeline={timeline} x={x} width={width} />
            <TimelineTrack timeline={timeline} x={x} width={width} />
            <SecondsAxis timeline={timeline} x={x} width={width} />
          </>
        )}
      </div>
      <Milestones timeline={timeline} />
      <GapHistogram stream={stream} />
    </Panel>
  );
}
