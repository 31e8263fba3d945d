import type { ReactElement } from 'react';
import { exactSeconds, formatExactCount } from '../../lib/format/numbers.ts';
import type { Phase, Timeline } from './timeline-model.ts';

const trackTop = 6;
const trackHeight = 44;

const phaseFill: Readonly<Record<Phase['kind'], string>> = {
  waiting: 'var(--sunken)',
  thinking: 'color-mix(in oklab, var(--p50) 38%, var(--surface))',
  reading: 'color-mix(in oklab, var(--p50) 22%, var(--surface))',
  silence: 'url(#silence)',
};

interface DrawnTimeline {
  readonly timeline: Timeline;
  /** Seconds from the call to px from the left. */
  readonly x: (seconds: number) => number;
}

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

function Track({ timeline, x }: DrawnTimeline): ReactElement {
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

function EndMark({ timeline, x }: DrawnTimeline): ReactElement {
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

/** The stream as a track: phases, chunks, the longest gap, and its end. */
export function TimelineTrack({
  timeline,
  x,
  width,
}: DrawnTimeline & { readonly width: number }): ReactElement {
  return (
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
  );
}
