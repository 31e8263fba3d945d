import type { Gaps } from '@weir/schemas/api';
import { gapBucketSeconds, gapBuckets, gapRelativeError } from '@weir/schemas/gap-buckets';
import { type AskOptions, ask, type Database } from './ask.ts';
import { rawCondition, rolledCondition, sourceOf } from './facts.ts';
import { levels } from './levels.ts';
import { type Plan, planOf, type TimeRange } from './plan.ts';
import { holdsGaps, type RolledSet, rolledSetOf } from './rolled-dimensions.ts';
import { answeredRange, type Scope } from './scope.ts';
import { bound, joined, sql } from './sql.ts';
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
  const planned = plannedGaps(database, scope);
  const [buckets, worst] = await Promise.all([
    mergedHistogram(database, scope, planned, options),
    worstStreams(database, scope, question.limit, options),
  ]);
  return {
    ...answeredRange(scope),
    answeredFrom: sourceOf([planned.plan]),
    percentileError: gapRelativeError,
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

function mergedHistogram(
  database: Database,
  scope: Scope,
  { plan, set }: PlannedGaps,
  options: AskOptions,
): Promise<BucketCount[]> {
  const pieces = [
    ...plan.rolled.map(
      (piece) => sql`
        SELECT bucket, sum(weight) / 1000 AS gaps
        FROM rollups AS r
        ARRAY JOIN r.gap_buckets AS bucket, r.gap_weights AS weight
        WHERE ${rolledCondition(scope, piece, set)}
        GROUP BY bucket`,
    ),
    ...(plan.rolled.length > 0 && plan.raw.length === 0
      ? []
      : [
          sql`
            SELECT bucket, sum(bucket_gaps * sample_weight) AS gaps
            FROM streams
            ARRAY JOIN mapKeys(gap_histogram) AS bucket, mapValues(gap_histogram) AS bucket_gaps
            WHERE ${rawCondition(scope, plan.raw)}
            GROUP BY bucket`,
        ]),
  ];
  return ask<BucketCount>(
    database,
    sql`
      SELECT f.bucket AS bucket, sum(f.gaps) AS gaps
      FROM (${joined(pieces, ' UNION ALL ')}) AS f
      GROUP BY bucket
      HAVING gaps > 0
      ORDER BY bucket`,
    options,
  );
}

interface PlannedGaps {
  readonly plan: Plan;
  readonly set: RolledSet;
}

function plannedGaps(database: Database, scope: Scope): PlannedGaps {
  const set = rolledSetOf(scope.filters.map(({ dimension }) => dimension.name));
  const coverage = set === undefined || !holdsGaps(set) ? undefined : database.coverage?.();
  return { plan: planOf(scope, coverage, { project: scope.project }), set: set ?? [] };
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
  const ranges = await rangesOfTheWorst(database, scope, limit, options);
  const rows = await ask<SelectedWorst>(
    database,
    sql`
      SELECT
        ${streamRowColumns},
        max_gap_offset_seconds AS maxGapOffsetSeconds,
        max_gap_index AS maxGapIndex,
        stall_at_end AS stallAtEnd
      FROM streams
      WHERE ${rawCondition(scope, ranges)} AND max_gap_seconds IS NOT NULL
      ORDER BY max_gap_seconds DESC, ended_at DESC, trace_id, span_id
      LIMIT ${bound('UInt32', limit)}`,
    options,
  );
  return rows.map((row) => ({ ...row, ...streamRow(row) }));
}

/**
 * The worst `limit` streams end in the `limit` slots whose longest gaps are the longest: nothing else has to be read.
 * Slots that have the same longest gap as the last of these are read, too, as the later stream goes first.
 */
async function rangesOfTheWorst(
  database: Database,
  scope: Scope,
  limit: number,
  options: AskOptions,
): Promise<readonly TimeRange[]> {
  const set = rolledSetOf(scope.filters.map(({ dimension }) => dimension.name));
  const coverage = set === undefined ? undefined : database.coverage?.();
  const levelSeconds = levels
    .map(({ seconds }) => seconds)
    .filter((seconds) => seconds <= WORST_LEVEL_SECONDS);
  const plan = planOf(scope, coverage, { project: scope.project, levelSeconds });
  if (set === undefined || plan.rolled.length === 0) return plan.raw;
  const slots = await ask<{ slotMs: number; lengthMs: number }>(
    database,
    sql`
      SELECT slotMs, lengthMs
      FROM (${joined(
        plan.rolled.map(
          (piece) => sql`
            SELECT toUnixTimestamp(r.slot) * 1000 AS slotMs, r.level_seconds * 1000 AS lengthMs,
              max(r.longest_gap_seconds) AS longest
            FROM rollups AS r
            WHERE ${rolledCondition(scope, piece, set)}
            GROUP BY slotMs, lengthMs`,
        ),
        ' UNION ALL ',
      )})
      WHERE longest >= 0
      ORDER BY longest DESC
      LIMIT ${bound('UInt32', limit)} WITH TIES`,
    options,
  );
  const found = slots.map(({ slotMs, lengthMs }) => ({ fromMs: slotMs, toMs: slotMs + lengthMs }));
  return [...plan.raw, ...found].toSorted((a, b) => a.fromMs - b.fromMs);
}

/** Slots of which whole ones are read for one stream. */
const WORST_LEVEL_SECONDS = 3_600;
