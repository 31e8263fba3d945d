import type { Summary, TimeseriesPoint } from '@weir/schemas/api';
import {
  exactRate,
  exactSeconds,
  formatCount,
  formatExactCount,
  formatRate,
  formatRatio,
  formatSeconds,
} from '../../lib/format/numbers.ts';
import { type Change, changeOf, minimumVolume } from '../../lib/statistics.ts';

export type FigureKey = 'streams' | 'failureRate' | 'userVisible' | 'ttft';

interface FigureDefinition {
  readonly key: FigureKey;
  readonly name: string;
  readonly meaning: string;
  readonly colour: string;
  /** Undefined for a figure without a course over time. */
  readonly measure?: (point: TimeseriesPoint) => number | null;
}

export const figureDefinitions: readonly FigureDefinition[] = [
  {
    key: 'streams',
    name: 'Streams',
    meaning: 'Streams that ended in this range, each attempt counted once.',
    colour: 'var(--accent)',
    measure: ({ streams }) => streams,
  },
  {
    key: 'failureRate',
    name: 'Failure rate',
    meaning: 'Failed and lost streams, of all that their reader did not abort.',
    colour: 'var(--failed)',
    measure: ({ failureRate }) => failureRate,
  },
  {
    key: 'userVisible',
    name: 'User-visible failures',
    meaning: 'Requests whose last attempt failed: what is left after retries and fallbacks.',
    colour: 'var(--failed)',
  },
  {
    key: 'ttft',
    name: 'First token, p95',
    meaning: 'Time from the call to the first content chunk; 95 of 100 streams are faster.',
    colour: 'var(--accent)',
    measure: ({ ttftSeconds }) => ttftSeconds.p95,
  },
];

export interface FigureValue {
  readonly text: string;
  /** All digits, for hover. */
  readonly exact: string;
  /** Undefined when nothing is known of the period before. */
  readonly before: string | undefined;
  /** `▲ 2.4×`, `▼ 12 %`, `same`, or empty when there is nothing to compare with. */
  readonly change: string;
  readonly judgement: 'good' | 'bad' | 'plain';
  /** Too few streams to judge by. */
  readonly pale: boolean;
}

/** How much slower counts as worse: percentiles wander. */
const slowerFactor = 1.25;

export function changeText(now: number | null, before: number | null): string {
  if (now === null || before === null || before === 0) return '';
  const ratio = now / before;
  if (ratio >= 1.95) return `▲ ${formatRatio(ratio)}`;
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return 'same';
  return `${percent > 0 ? '▲' : '▼'} ${Math.abs(percent)}\u00a0%`;
}

function judgementOf(change: Change): FigureValue['judgement'] {
  if (change === 'up') return 'bad';
  return change === 'down' ? 'good' : 'plain';
}

function rateValue(
  now: number | null,
  before: number | null,
  judgement: FigureValue['judgement'],
  pale: boolean,
): FigureValue {
  return {
    text: formatRate(now),
    exact: exactRate(now),
    before: before === null ? undefined : formatRate(before),
    change: changeText(now, before),
    judgement,
    pale,
  };
}

/** @returns each figure of the overview as it is written. */
export function figureValues(summary: Summary): Readonly<Record<FigureKey, FigureValue>> {
  const { previous } = summary;
  const judged = summary.streams - summary.aborted;
  const pale = judged < minimumVolume;
  const streamChange = changeOf(
    { failed: summary.failed, judged },
    { failed: previous.failed, judged: previous.streams - previous.aborted },
  );
  const requestChange = changeOf(
    { failed: summary.failedRequests, judged: Math.max(0, summary.requests - summary.aborted) },
    { failed: previous.failedRequests, judged: Math.max(0, previous.requests - previous.aborted) },
  );
  const ttft = summary.ttftSeconds.p95;
  const ttftBefore = previous.ttftSeconds.p95;
  const slower = !pale && ttft !== null && ttftBefore !== null && ttft > slowerFactor * ttftBefore;
  return {
    streams: {
      text: formatCount(summary.streams),
      exact: formatExactCount(summary.streams),
      before: formatCount(previous.streams),
      change: changeText(summary.streams, previous.streams),
      judgement: 'plain',
      pale: false,
    },
    failureRate: rateValue(summary.failureRate, previous.failureRate, judgementOf(streamChange), pale),
    userVisible: rateValue(
      summary.userVisibleFailureRate,
      previous.userVisibleFailureRate,
      judgementOf(requestChange),
      pale,
    ),
    ttft: {
      text: formatSeconds(ttft),
      exact: exactSeconds(ttft),
      before: ttftBefore === null ? undefined : formatSeconds(ttftBefore),
      change: changeText(ttft, ttftBefore),
      judgement: slower ? 'bad' : 'plain',
      pale,
    },
  };
}
