import { formatSeconds } from '../../lib/format/numbers.ts';
import type { Timeline } from './timeline-model.ts';

/** Words that point at a moment. */
export interface Note {
  readonly key: string;
  readonly text: string;
  readonly atSeconds: number;
  readonly tone: string;
}

/** @returns what stands above the track, from left to right. */
export function notesOf(timeline: Timeline): readonly Note[] {
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
