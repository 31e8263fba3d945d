import type { StreamDetail } from '@weir/schemas/stream-fields';
import { isTerminationReason, outcomeOf } from '@weir/schemas/termination';
import { reasonName } from '../../lib/format/names.ts';
import { formatSeconds } from '../../lib/format/numbers.ts';

/** A stretch of the stream's life. */
export interface Phase {
  readonly kind: 'waiting' | 'reading' | 'thinking' | 'silence';
  readonly label: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** A moment of it. */
export interface Milestone {
  readonly key: string;
  readonly label: string;
  readonly meaning: string;
  readonly atSeconds: number;
}

export interface Gap {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** A gap that reached the stall threshold. */
  readonly stall: boolean;
}

export interface Timeline {
  /** Where the drawing ends: the end of the stream and some room for what should have come. */
  readonly spanSeconds: number;
  readonly endSeconds: number;
  readonly phases: readonly Phase[];
  readonly milestones: readonly Milestone[];
  /** Chunks whose time is known, from the call. */
  readonly ticks: readonly number[];
  /** Chunks that are only counted, and the stretch in which they came. */
  readonly untimed:
    | { readonly chunks: number; readonly fromSeconds: number; readonly toSeconds: number }
    | undefined;
  readonly worstGap: Gap | undefined;
  readonly ending: {
    readonly broken: boolean;
    readonly label: string;
    /** The provider's own end mark that never came, where one was due. */
    readonly missing: string | undefined;
  };
}

/** The terminal event of each wire format. */
const terminalEvents: Readonly<Record<string, string>> = {
  openai_chat: '[DONE]',
  openai_responses: 'response.completed',
  anthropic_messages: 'message_stop',
  cohere: 'message-end',
  mistral: '[DONE]',
  bedrock: 'messageStop',
  ollama: 'done: true',
};

/** @returns the provider's end mark as it is on the wire, in general words where the format is not known. */
export function terminalEventOf(protocol: string): string {
  return terminalEvents[protocol] ?? "the provider's end";
}

const milestoneDefinitions = [
  ['headers', 'Headers', 'timeToHeadersSeconds', 'The response headers arrived.'],
  ['firstByte', 'First byte', 'timeToFirstByteSeconds', 'The first byte of the body arrived.'],
  ['firstEvent', 'First event', 'timeToFirstEventSeconds', 'The first event of any kind, content or not.'],
  ['firstChunk', 'First chunk', 'ttftSeconds', 'The first content: text, reasoning or a tool call.'],
  ['firstOutput', 'First visible', 'timeToFirstOutputSeconds', 'The first content that is not reasoning.'],
  ['lastChunk', 'Last chunk', 'timeToLastChunkSeconds', 'The last content that arrived.'],
] as const satisfies readonly (readonly [string, string, keyof StreamDetail, string])[];

/** Silence shorter than this after the last chunk is not worth a phase of its own. */
const shownSilence = 0.02;

function milestonesOf(stream: StreamDetail, endSeconds: number): readonly Milestone[] {
  const known = milestoneDefinitions.flatMap(([key, label, field, meaning]): Milestone[] => {
    const atSeconds = stream[field];
    return atSeconds === null ? [] : [{ key, label, meaning, atSeconds }];
  });
  const call: Milestone = { key: 'call', label: 'Call', meaning: 'The application asked.', atSeconds: 0 };
  const end: Milestone = { key: 'end', label: 'End', meaning: 'The stream ended.', atSeconds: endSeconds };
  return [call, ...known, end];
}

function phasesOf(stream: StreamDetail, endSeconds: number): readonly Phase[] {
  const headers = stream.timeToHeadersSeconds;
  const firstChunk = stream.ttftSeconds;
  const firstOutput = stream.timeToFirstOutputSeconds;
  const lastChunk = stream.timeToLastChunkSeconds ?? endSeconds;
  const phases: Phase[] = [
    {
      kind: 'waiting',
      label: 'waiting for headers',
      fromSeconds: 0,
      toSeconds: headers ?? firstChunk ?? endSeconds,
    },
  ];
  if (headers !== null) {
    phases.push({
      kind: 'waiting',
      label: 'waiting for content',
      fromSeconds: headers,
      toSeconds: firstChunk ?? endSeconds,
    });
  }
  if (firstChunk === null) return phases.filter(({ fromSeconds, toSeconds }) => toSeconds > fromSeconds);
  const thinkingEnd = firstOutput !== null && firstOutput > firstChunk ? firstOutput : firstChunk;
  phases.push(
    { kind: 'thinking', label: 'reasoning', fromSeconds: firstChunk, toSeconds: thinkingEnd },
    { kind: 'reading', label: 'content', fromSeconds: thinkingEnd, toSeconds: lastChunk },
  );
  if (endSeconds - lastChunk > shownSilence) {
    phases.push({ kind: 'silence', label: 'silence', fromSeconds: lastChunk, toSeconds: endSeconds });
  }
  return phases.filter(({ fromSeconds, toSeconds }) => toSeconds > fromSeconds);
}

function untimedOf(stream: StreamDetail, endSeconds: number): Timeline['untimed'] {
  const chunks = (stream.chunks ?? 0) - stream.recentChunkOffsets.length;
  if (chunks <= 0 || stream.ttftSeconds === null) return undefined;
  const toSeconds = stream.recentChunkOffsets[0] ?? stream.timeToLastChunkSeconds ?? endSeconds;
  return { chunks, fromSeconds: stream.ttftSeconds, toSeconds: Math.max(stream.ttftSeconds, toSeconds) };
}

function worstGapOf(stream: StreamDetail): Gap | undefined {
  const { maxGapSeconds, maxGapOffsetSeconds, stallThresholdSeconds } = stream;
  if (maxGapSeconds === null || maxGapOffsetSeconds === null) return undefined;
  return {
    fromSeconds: maxGapOffsetSeconds,
    toSeconds: maxGapOffsetSeconds + maxGapSeconds,
    stall: stallThresholdSeconds !== null && maxGapSeconds >= stallThresholdSeconds,
  };
}

/** @returns what is drawn of one stream; times are seconds from the call, and what is not known is not drawn. */
export function timelineOf(stream: StreamDetail): Timeline {
  const known = milestoneDefinitions.map(([, , field]) => stream[field] ?? 0);
  const endSeconds = Math.max(stream.durationSeconds ?? 0, ...known, ...stream.recentChunkOffsets);
  const outcome = isTerminationReason(stream.reason) ? outcomeOf(stream.reason) : 'unknown';
  const broken = outcome === 'failed' || outcome === 'lost';
  const due =
    stream.terminalEventReceived === false &&
    (broken || outcome === 'aborted') &&
    stream.ttftSeconds !== null;
  return {
    spanSeconds: due ? endSeconds * 1.08 : endSeconds,
    endSeconds,
    phases: phasesOf(stream, endSeconds),
    milestones: milestonesOf(stream, endSeconds),
    ticks: stream.recentChunkOffsets,
    untimed: untimedOf(stream, endSeconds),
    worstGap: worstGapOf(stream),
    ending: {
      broken: broken || outcome === 'aborted',
      label: `${reasonName(stream.reason)} at ${formatSeconds(endSeconds)}`,
      missing: due ? terminalEventOf(stream.protocol) : undefined,
    },
  };
}

export interface PlacedLabel<T> {
  readonly item: T;
  readonly row: number;
  /** Left edge, px. */
  readonly left: number;
}

/**
 * Puts labels into as few rows as do without overlap: first come, first row that is free there.
 * @param widthOf width of a label, px
 * @param centreOf where it points to, px
 */
export function placeLabels<T>(
  items: readonly T[],
  centreOf: (item: T) => number,
  widthOf: (item: T) => number,
  totalWidth: number,
): readonly PlacedLabel<T>[] {
  const rowEnds: number[] = [];
  return items.map((item) => {
    const width = widthOf(item);
    const left = Math.min(Math.max(0, centreOf(item) - width / 2), Math.max(0, totalWidth - width));
    const free = rowEnds.findIndex((end) => end + 8 <= left);
    const row = free === -1 ? rowEnds.length : free;
    rowEnds[row] = left + width;
    return { item, row, left };
  });
}
