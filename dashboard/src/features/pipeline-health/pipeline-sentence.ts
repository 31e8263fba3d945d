import type { Pipeline } from '@weir/schemas/api';
import { formatBytes, formatExactCount, formatRate, formatSeconds } from '../../lib/format/numbers.ts';
import { describeMissingShards } from '../../lib/format/shards.ts';
import { formatAgo } from '../../lib/format/times.ts';

/** Silence longer than this is worth saying. */
const quietMs = 300_000;

/** What waits for longer than this is missed in the charts of the last minutes. */
const behindSeconds = 30;

/** @returns the health of the pipeline in a sentence. */
export function describePipeline(pipeline: Pipeline, nowMs: number): string {
  const { acceptedSpans, rejectedSpans, lastSpanAt, ingestLagSeconds, clickhouse, spool } = pipeline;
  if (spool.isFailing) {
    return 'The disk of the collector cannot be written to: spans are refused with a time to retry, and nothing that was acknowledged is lost.';
  }
  const missing = describeMissingShards(pipeline.cluster);
  if (missing !== undefined) return missing;
  if (clickhouse !== 'ready') return `ClickHouse is ${clickhouse}: ${whatBecomesOfSpans(spool)}`;
  if (spool.oldestSeconds !== null && spool.oldestSeconds > behindSeconds) {
    return `Spans are coming in faster than ClickHouse takes them: the last ${formatSeconds(spool.oldestSeconds)} are partly missing from every chart, and ${formatBytes(spool.bytes)} wait on disk.`;
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

function whatBecomesOfSpans({ bytes, maxBytes }: Pipeline['spool']): string {
  return bytes < maxBytes
    ? `spans are kept on disk, ${formatBytes(bytes)} of ${formatBytes(maxBytes)} so far, and loaded when it is back.`
    : 'its spool is full, so spans are refused with a time to retry. Nothing that was acknowledged is lost.';
}
