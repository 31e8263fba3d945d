import type { Pipeline } from '@weir/schemas/api';
import { formatExactCount, formatRate, formatSeconds } from '../../lib/format/numbers.ts';
import { formatAgo } from '../../lib/format/times.ts';

/** Silence longer than this is worth saying. */
const quietMs = 300_000;

/** @returns the health of the pipeline in a sentence. */
export function describePipeline(pipeline: Pipeline, nowMs: number): string {
  const { acceptedSpans, rejectedSpans, lastSpanAt, ingestLagSeconds, clickhouse } = pipeline;
  if (clickhouse !== 'ready') {
    return `ClickHouse is ${clickhouse}: spans are refused with a time to retry, and nothing that was acknowledged is lost.`;
  }
  if (lastSpanAt === null) return 'The collector is ready and waits for its first span.';
  const rejected = rejectedSpans.reduce((sum, { spans }) => sum + spans, 0);
  const turnedAway =
    rejected === 0
      ? 'none was rejected'
      : `${formatRate(rejected / (rejected + acceptedSpans))} were rejected`;
  const lag = ingestLagSeconds === null ? '' : `, ${formatSeconds(ingestLagSeconds)} behind`;
  const silence = nowMs - Date.parse(lastSpanAt);
  if (silence > quietMs) {
    return `The last span came ${formatAgo(Date.parse(lastSpanAt), nowMs)}; ${formatExactCount(acceptedSpans)} since the start, ${turnedAway}.`;
  }
  return `Spans are coming in${lag}: ${formatExactCount(acceptedSpans)} since the start, ${turnedAway}.`;
}
