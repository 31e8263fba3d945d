import type { StreamDetail } from '@weir/schemas/stream-fields';
import type { ReactElement } from 'react';
import { Panel } from '../../components/panel.tsx';
import { niceScale } from '../../lib/charts/nice-scale.ts';
import { exactSeconds, formatExactCount, formatSeconds, withoutZeros } from '../../lib/format/numbers.ts';
import { useElementWidth } from '../../lib/use-element-width.ts';
import { GapHistogram } from './gap-histogram.tsx';
import { type Phase, placeLabels, type Timeline, timelineOf } from './timeline-model.ts';

const trackTop = 6;
const trackHeight = 44;

const phaseFill: Readonly<Record<Phase['kind'], string>> = {
  waiting: 'var(--sunken)',
  thinking: 'color-mix(in oklab, var(--p50) 38%, var(--surface))',
  reading: 'color-mix(in oklab, var(--p50) 22%, var(--surface))',
  silence: 'url(#silence)',
};

/** About what a character takes, px; labels are placed before they are drawn. */
const characterWidth = 7;

function Patterns(): ReactElement {
  return (
    <defs>
      <pattern id="silence" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--failed-soft)" />
        <rect width="1.5" height="6" fill="var(--failed)" opacity="0.45" />
      </pattern>
      <pattern id="untimed" width="3" height="8" patternUnits="userSpaceOnUse">
        <rect width="1" height="8" fill="var(--accent)" opacity="0.42" />
      </pattern>
    </defs>
  );
}

function Track({
  timeline,
  x,
}: {
  readonly timeline: Timeline;
  readonly x: (seconds: number) => number;
}): ReactElement {
  const { phases, untimed, ticks, worstGap } = timeline;
  const widthOf = (from: number, to: number): number => Math.max(1, x(to) - x(from));
  return (
    <g>
      {phases.map(({ kind, label, fromSeconds, toSeconds }) => (
        <rect
          key={label}
          x={x(fromSeconds)}
          y={trackTop}
          width={widthOf(fromSeconds, toSeconds)}
          height={trackHeight}
          fill={phaseFill[kind]}
        >
          <title>{`${label}: ${exactSeconds(toSeconds - fromSeconds)}`}</title>
        </rect>
      ))}
      {untimed !== undefined && (
        <rect
          x={x(untimed.fromSeconds)}
          y={trackTop + 10}
          width={widthOf(untimed.fromSeconds, untimed.toSeconds)}
          height={trackHeight - 20}
          fill="url(#untimed)"
        >
          <title>{`${formatExactCount(untimed.chunks)} chunks; their single times are not kept`}</title>
        </rect>
      )}
      {ticks.map((seconds, index) => (
        <rect
          // Chunks may share a time; their order is their identity.
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes
          key={index}
          x={x(seconds) - 0.5}
          y={trackTop + 6}
          width={1}
          height={trackHeight - 12}
          fill="var(--accent)"
        />
      ))}
      {worstGap !== undefined && (
        <rect
          x={x(worstGap.fromSeconds)}
          y={trackTop + 4}
          width={Math.max(2, x(worstGap.toSeconds) - x(worstGap.fromSeconds))}
          height={trackHeight - 8}
          rx={2}
          fill={worstGap.stall ? 'var(--limited)' : 'color-mix(in oklab, var(--limited) 55%, var(--surface))'}
        >
          <title>{`Longest gap: ${exactSeconds(worstGap.toSeconds - worstGap.fromSeconds)}`}</title>
        </rect>
      )}
    </g>
  );
}

function EndMark({
  timeline,
  x,
}: {
  readonly timeline: Timeline;
  readonly x: (seconds: number) => number;
}): ReactElement {
  const end = x(timeline.endSeconds);
  const middle = trackTop + trackHeight / 2;
  const { broken, missing } = timeline.ending;
  return (
    <g>
      {missing !== undefined && (
        <line
          x1={end}
          x2={x(timeline.spanSeconds) - 6}
          y1={middle}
          y2={middle}
          stroke="var(--line-strong)"
          strokeWidth={1.5}
          strokeDasharray="3 3"
        />
      )}
      {missing !== undefined && (
        <circle
          cx={x(timeline.spanSeconds) - 6}
          cy={middle}
          r={5}
          fill="var(--surface)"
          stroke="var(--ink-3)"
          strokeDasharray="2.5 2"
        />
      )}
      <line
        x1={end}
        x2={end}
        y1={trackTop - 4}
        y2={trackTop + trackHeight + 4}
        stroke={broken ? 'var(--failed)' : 'var(--ink-3)'}
        strokeWidth={2}
      />
      {broken && (
        <path
          d={`M${end} ${middle - 7} l7 7 l-7 7 l-7 -7 Z`}
          fill="var(--failed)"
          stroke="var(--surface)"
          strokeWidth={1.5}
        />
      )}
    </g>
  );
}

interface Note {
  readonly key: string;
  readonly text: string;
  readonly atSeconds: number;
  readonly tone: string;
}

function notesOf(timeline: Timeline): readonly Note[] {
  const { worstGap, ending, milestones, phases } = timeline;
  const firstChunk = milestones.find(({ key }) => key === 'firstChunk');
  const headers = milestones.find(({ key }) => key === 'headers');
  const silence = phases.find(({ kind }) => kind === 'silence');
  const notes: (Note | undefined)[] = [
    headers && {
      key: 'headers',
      text: `headers ${formatSeconds(headers.atSeconds)}`,
      atSeconds: headers.atSeconds,
      tone: 'var(--ink-2)',
    },
    firstChunk && {
      key: 'first',
      text: `first chunk ${formatSeconds(firstChunk.atSeconds)}`,
      atSeconds: firstChunk.atSeconds,
      tone: 'var(--ink)',
    },
    worstGap && {
      key: 'gap',
      text: `${worstGap.stall ? 'stall' : 'longest gap'} ${formatSeconds(worstGap.toSeconds - worstGap.fromSeconds)}`,
      atSeconds: (worstGap.fromSeconds + worstGap.toSeconds) / 2,
      tone: 'var(--limited-text)',
    },
    silence && silence.toSeconds - silence.fromSeconds > 0.5
      ? {
          key: 'silence',
          text: `silence ${formatSeconds(silence.toSeconds - silence.fromSeconds)}`,
          atSeconds: (silence.fromSeconds + silence.toSeconds) / 2,
          tone: 'var(--failed-text)',
        }
      : undefined,
    {
      key: 'end',
      text: ending.label,
      atSeconds: timeline.endSeconds,
      tone: ending.broken ? 'var(--failed-text)' : 'var(--ink)',
    },
    ending.missing === undefined
      ? undefined
      : {
          key: 'missing',
          text: `${ending.missing} never came`,
          atSeconds: timeline.spanSeconds,
          tone: 'var(--ink-3)',
        },
  ];
  return notes.filter((note) => note !== undefined);
}

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
            <svg
              aria-hidden="true"
              width={width}
              height={trackTop * 2 + trackHeight}
              className="block overflow-visible"
            >
              <Patterns />
              <Track timeline={timeline} x={x} />
              <EndMark timeline={timeline} x={x} />
            </svg>
            <SecondsAxis timeline={timeline} x={x} width={width} />
          </>
        )}
      </div>
      <Milestones timeline={timeline} />
      <GapHistogram stream={stream} />
    </Panel>
  );
}
