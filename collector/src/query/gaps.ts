import type { Gaps } from '@weir/schemas/api';
import { gapBucketSeconds, gapBuckets } from '@weir/schemas/gap-buckets';
import { type AskOptions, ask, type Database } from './ask.ts';
import { answeredRange, type Scope, scopeCondition } from './scope.ts';
import { bound, sql } from './sql.ts';
import { type SelectedStreamRow, streamRow, streamRowColumns } from './stream-row.ts';

export interface GapsQuestion {
  /** How many of the worst streams. */
  readonly limit: number;
}

/** How the gaps between chunks are distributed over all streams of a scope, and which streams had the longest. */
export async function gaps(
  database: Database,
  scope: Scope,
  question: GapsQuestion,
  options: AskOptions = {},
): Promise<Gaps> {
  const [buckets, worst] = await Promise.all([
    mergedHistogram(database, scope, options),
    worstStreams(database, scope, question.limit, options),
  ]);
  return {
    ...answeredRange(scope),
    gapSeconds: {
      p50: histogramQuantile(buckets, 0.5),
      p95: histogramQuantile(buckets, 0.95),
      p99: histogramQuantile(buckets, 0.99),
    },
    histogram: buckets.map(({ bucket, gaps }) => ({ ...bucketBounds(bucket), gaps })),
    worst,
  };
}

export interface BucketCount {
  readonly bucket: number;
  /** Weighted. */
  readonly gaps: number;
}

async function mergedHistogram(
  database: Database,
  scope: Scope,
  options: AskOptions,
): Promise<BucketCount[]> {
  return ask<BucketCount>(
    database,
    sql`
      SELECT bucket, sum(bucket_gaps * sample_weight) AS gaps
      FROM streams
      ARRAY JOIN mapKeys(gap_histogram) AS bucket, mapValues(gap_histogram) AS bucket_gaps
      WHERE ${scopeCondition(scope)}
      GROUP BY bucket
      HAVING gaps > 0
      ORDER BY bucket`,
    options,
  );
}

/**
 * @param buckets shortest first
 * @returns the middle of the bucket that holds the quantile, s (off by at most `gapRelativeError`); null without gaps
 */
export function histogramQuantile(buckets: readonly BucketCount[], quantile: number): number | null {
  const rank = quantile * buckets.reduce((total, { gaps }) => total + gaps, 0);
  let seen = 0;
  for (const { bucket, gaps } of buckets) {
    seen += gaps;
    if (seen >= rank) return gapBucketSeconds(bucket);
  }
  return null;
}

function bucketBounds(bucket: number): { fromSeconds: number; toSeconds: number } {
  const { minSeconds, growth } = gapBuckets;
  return {
    fromSeconds: bucket === 0 ? 0 : minSeconds * growth ** (bucket - 1),
    toSeconds: minSeconds * growth ** bucket,
  };
}

type SelectedWorst = SelectedStreamRow &
  Pick<Gaps['worst'][number], 'maxGapOffsetSeconds' | 'maxGapIndex' | 'stallAtEnd'>;

async function worstStreams(
  database: Database,
  scope: Scope,
  limit: number,
  options: AskOptions,
): Promise<Gaps['worst']> {
  const rows = await ask<SelectedWorst>(
    database,
    sql`
      SELECT
        ${streamRowColumns},
        max_gap_offset_seconds AS maxGapOffsetSeconds,
        max_gap_index AS maxGapIndex,
        stall_at_end AS stallAtEnd
      FROM streams
      WHERE ${scopeCondition(scope)} AND max_gap_seconds IS NOT NULL
      ORDER BY max_gap_seconds DESC, ended_at DESC, trace_id, span_id
      LIMIT ${bound('UInt32', limit)}`,
    options,
  );
  return rows.map((row) => ({ ...row, ...streamRow(row) }));
}
