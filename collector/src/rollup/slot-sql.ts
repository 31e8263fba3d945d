import type { Dimension } from '@weir/schemas/stream-record';
import { builtIn } from '../query/dimension.ts';
import { counts, isAborted, isFailed, weighed } from '../query/figures.ts';
import { fate, isWholeRequest, requestHash } from '../query/requests.ts';
import {
  holdsGaps,
  holdsUsers,
  pairedDimensions,
  type RolledSet,
  rolledSets,
  singleDimensions,
} from '../query/rolled-dimensions.ts';
import { instant } from '../query/scope.ts';
import { bucketOf } from '../query/seconds-buckets.ts';
import { bound, integers, joined, type Sql, sql } from '../query/sql.ts';
import { hashOfId, idsOfStream, slotOfEnd } from '../query/stream-ids.ts';

/** Slots of a level, one after the other. */
export interface SlotsToFill {
  readonly project: string;
  readonly levelSeconds: number;
  /** Start of the first, Unix milliseconds. */
  readonly slotMs: number;
  readonly count: number;
  /** Of the first; each has the next. */
  readonly generation: number;
}

const columns = sql`project, level_seconds, slot, generation, dimension_a, dimension_b, value_a, value_b, rows, checksum,
  streams, completed, limited, failed, lost, aborted, frustrated, unknown, squared_weights,
  requests, failed_requests, aborted_requests, longest_gap_seconds,
  ttft_buckets, ttft_weights, max_gap_buckets, max_gap_weights, duration_buckets, duration_weights,
  gap_buckets, gap_weights, users, affected_users`;

/**
 * Fills slots from `streams`.
 *
 * Counts are grouped by all sets of dimensions in one pass. Histograms would be slow that way (a map for each of 30,000
 * groups; 7 times as slow on 140,000 streams), so a stream is spread over one number for each set and measure: 54 bits
 * of a hash of the set and its values, and 10 of the bucket; that is the fastest grouping there is. The hash brings
 * both together again.
 */
export function fillFromStreams(slots: SlotsToFill): Sql {
  return sql`
    INSERT INTO rollups (${columns})
    SELECT
      project, ${bound('UInt32', slots.levelSeconds)}, slot, ${generationOf(slots)},
      dimension_a, dimension_b, value_a, value_b, rows, checksum,
      streams, completed, limited, failed, lost, aborted, frustrated, unknown, squaredWeights,
      requests, failed_requests, aborted_requests, longest_gap_seconds,
      ${histogramColumns}, users, affected_users
    FROM (${countsBySet(slots)}) AS counted
    LEFT JOIN (${histogramsBySet(slots)}) AS histograms ON counted.set_hash = histograms.set_hash
    LEFT JOIN (${usersBySet(slots)}) AS people ON counted.set_hash = people.set_hash`;
}

/** Fills slots from those of a finer level that they consist of, of the given generations. */
export function fillFromLevel(
  slots: SlotsToFill,
  finer: { readonly levelSeconds: number; readonly generations: readonly number[] },
): Sql {
  const added = joined(
    addedColumns.map((name) => ({ parts: [`sum(${name})`] })),
    ', ',
  );
  const histograms = joined(
    measures.map(({ name }) => ({ parts: [`sumMap(${name}_buckets, ${name}_weights) AS ${name}`] })),
    ', ',
  );
  return sql`
    INSERT INTO rollups (${columns})
    SELECT * EXCEPT (ttft, max_gap, duration, gap, users_of, affected_of),
      ${joined(
        measures.map(({ name }) => ({ parts: [`${name}.1, ${name}.2`] })),
        ', ',
      )}, users_of, affected_of
    FROM (
      SELECT project, ${bound('UInt32', slots.levelSeconds)}, ${slotOf(slots, sql`r.slot`)} AS own_slot,
        ${generationOf(slots, sql`own_slot`)}, dimension_a, dimension_b, value_a, value_b, ${added}, max(longest_gap_seconds), ${histograms},
        uniqCombined64MergeState(12)(users) AS users_of, uniqCombined64MergeState(12)(affected_users) AS affected_of
      FROM rollups AS r
      WHERE project = ${bound('String', slots.project)} AND level_seconds = ${bound('UInt32', finer.levelSeconds)}
        AND r.slot >= ${time(slots.slotMs)} AND r.slot < ${time(endOf(slots))}
        AND r.generation IN (${integers(finer.generations)})
      GROUP BY project, own_slot, dimension_a, dimension_b, value_a, value_b)`;
}

const addedColumns = [
  'rows',
  'checksum',
  'streams',
  'completed',
  'limited',
  'failed',
  'lost',
  'aborted',
  'frustrated',
  'unknown',
  'squared_weights',
  'requests',
  'failed_requests',
  'aborted_requests',
];

/** The attempts in some slots of requests that may have had several. */
export function fillRequestAttempts(slots: SlotsToFill): Sql {
  return sql`
    INSERT INTO request_attempts (project, slot, generation, request, fate, sample_weight, dimension_values)
    SELECT project, ${slotOf(slots, sql`ended_at`)} AS slot, ${generationOf(slots)}, ${requestHash}, ${fate}, sample_weight,
      [${joined(
        pairedDimensions.map((name) => sql`toString(${builtIn(name).key})`),
        ', ',
      )}]
    FROM streams
    WHERE ${within(slots)} AND NOT ${isWholeRequest}`;
}

/** The ids of streams in some slots, and where they are. */
export function fillStreamIds(slots: SlotsToFill): Sql {
  return sql`
    INSERT INTO stream_ids (project, id, slot)
    SELECT project, ${hashOfId(sql`id`)}, ${slotOfEnd}
    FROM streams
    ARRAY JOIN ${idsOfStream} AS id
    WHERE ${within(slots)}`;
}

function time(ms: number): Sql {
  return sql`toDateTime(${bound('Int64', ms / 1_000)}, 'UTC')`;
}

function endOf({ slotMs, levelSeconds, count }: SlotsToFill): number {
  return slotMs + 1_000 * levelSeconds * count;
}

/** The slot that a time lies in. */
function slotOf({ levelSeconds }: SlotsToFill, at: Sql): Sql {
  const length = integers([levelSeconds]);
  return sql`toDateTime(intDiv(toUnixTimestamp(${at}), ${length}) * ${length}, 'UTC')`;
}

function generationOf({ slotMs, levelSeconds, generation }: SlotsToFill, slot: Sql = sql`slot`): Sql {
  return sql`${integers([generation])} + intDiv(toUnixTimestamp(${slot}) - ${integers([slotMs / 1_000])}, ${integers([levelSeconds])})`;
}

function within(slots: SlotsToFill): Sql {
  return sql`project = ${bound('String', slots.project)}
    AND ended_at >= ${instant(slots.slotMs)} AND ended_at < ${instant(endOf(slots))}`;
}

const name = (text: string): Sql => ({ parts: [text] });
/** A name from the contract as text: hundreds of parameters would make the statement slow to read. */
const nameAsText = (dimension: Dimension): Sql => ({ parts: [`'${dimension}'`] });
const valueName = (dimension: Dimension): Sql => name(`value_of_${dimension}`);
const hashName = (dimension: Dimension): Sql => name(`hash_of_${dimension}`);

function hashOfValue(dimension: Dimension): Sql {
  return sql`cityHash64(slot_hash, ${nameAsText(dimension)}, toString(${valueName(dimension)}))`;
}

/** Two hashes as one, in which their order matters. */
function combined(a: Sql, b: Sql): Sql {
  return sql`bitXor(${a} * 11400714819323198485, ${b})`;
}

/** Without the 10 bits where a bucket goes. */
function withoutBucket(hash: Sql): Sql {
  return sql`bitAnd(${hash}, 18446744073709550592)`;
}

function hashOfSet([a, b]: RolledSet): Sql {
  if (a === undefined) return withoutBucket(sql`slot_hash`);
  return withoutBucket(b === undefined ? hashName(a) : combined(hashName(a), hashName(b)));
}

const valueColumns: Sql = joined(
  singleDimensions.map((dimension) => sql`${builtIn(dimension).key} AS ${valueName(dimension)}`),
  ', ',
);
const hashColumns: Sql = joined(
  singleDimensions.map((dimension) => sql`${hashOfValue(dimension)} AS ${hashName(dimension)}`),
  ', ',
);

function groupingSets(sets: readonly RolledSet[]): Sql {
  return sql`GROUPING SETS (${joined(
    sets.map((set) => sql`(${joined([sql`project`, sql`slot`, ...set.map(valueName)], ', ')})`),
    ', ',
  )})`;
}

/** For each dimension whether a group is of it, its name, its value and its hash; a group is of at most two. */
const groupedBy: Sql = sql`arrayFilter(dimension -> dimension.1 = 0, [${joined(
  singleDimensions.map(
    (dimension) =>
      sql`(grouping(${valueName(dimension)}), ${nameAsText(dimension)}, toString(${valueName(dimension)}), ${hashOfValue(dimension)})`,
  ),
  ', ',
)}])`;

/** `hashOfSet` of a group. */
const setHash: Sql = withoutBucket(sql`multiIf(
  length(grouped_by) = 0, slot_hash,
  length(grouped_by) = 1, grouped_by[1].4,
  ${combined(sql`grouped_by[1].4`, sql`grouped_by[2].4`)})`);

const slotHash: Sql = sql`cityHash64(project, slot) AS slot_hash`;

function countsBySet(slots: SlotsToFill): Sql {
  return sql`
    SELECT *, grouped_by[1].2 AS dimension_a, grouped_by[2].2 AS dimension_b,
      grouped_by[1].3 AS value_a, grouped_by[2].3 AS value_b, ${setHash} AS set_hash
    FROM (
      SELECT project, slot, ${slotHash}, ${groupedBy} AS grouped_by, count() AS rows, sum(reinterpretAsUInt64(span_id)) AS checksum,
        ${counts(sql`true`)},
        ${weighed(isWholeRequest)} AS requests,
        ${weighed(sql`${isWholeRequest} AND ${isFailed}`)} AS failed_requests,
        ${weighed(sql`${isWholeRequest} AND ${isAborted}`)} AS aborted_requests,
        ifNull(max(max_gap_seconds), -1) AS longest_gap_seconds
      FROM (SELECT *, ${slotOf(slots, sql`ended_at`)} AS slot, ${valueColumns} FROM streams WHERE ${within(slots)})
      GROUP BY ${groupingSets(rolledSets)})`;
}

interface HistogramMeasure {
  readonly name: string;
  /** Buckets of the measures stand one after the other. */
  readonly offset: number;
}

const measures: readonly HistogramMeasure[] = ['ttft', 'max_gap', 'duration', 'gap'].map(
  (measure, place) => ({
    name: measure,
    offset: 256 * place,
  }),
);

const histogramColumns: Sql = joined(
  measures.map(({ name: measure }) => name(`${measure}_buckets, ${measure}_weights`)),
  ', ',
);

const weight: Sql = sql`toUInt64(round(sample_weight * 1000))`;

function histogramsBySet(slots: SlotsToFill): Sql {
  const byMeasure = joined(
    measures.map(({ name: measure, offset }) => {
      const isOwn = name(`bucket >= ${offset} AND bucket < ${offset + 256}`);
      return sql`
        groupArrayIf(toUInt8(bucket - ${integers([offset])}), ${isOwn}) AS ${name(`${measure}_buckets`)},
        groupArrayIf(weight, ${isOwn}) AS ${name(`${measure}_weights`)}`;
    }),
    ', ',
  );
  return sql`
    SELECT ${withoutBucket(sql`key`)} AS set_hash, ${byMeasure}
    FROM (
      SELECT key, bitAnd(key, 1023) AS bucket, sum(weight) AS weight
      FROM (${spreadOverSets(slots, rolledSets, secondsBuckets)}
        UNION ALL ${spreadOverSets(slots, rolledSets.filter(holdsGaps), gapHistogram)})
      GROUP BY key
      HAVING weight > 0)
    GROUP BY set_hash`;
}

/** Pairs of a bucket and a weight. */
const secondsBuckets: Sql = sql`arrayFilter(pair -> pair.2 > 0, [${joined(
  [sql`ttft_seconds`, sql`max_gap_seconds`, sql`duration_seconds`].map(
    (seconds, place) =>
      sql`(ifNull(toUInt16(${integers([256 * place])} + ${bucketOf(seconds)}), 0), if(isNull(${seconds}), 0, ${weight}))`,
  ),
  ', ',
)}])`;

const gapHistogram: Sql = sql`arrayMap(
  (bucket, gaps) -> (toUInt16(768 + bucket), toUInt64(round(gaps * sample_weight * 1000))),
  mapKeys(gap_histogram), mapValues(gap_histogram))`;

function spreadOverSets(slots: SlotsToFill, sets: readonly RolledSet[], bucketsAndWeights: Sql): Sql {
  return sql`
    SELECT bitXor(set_hash, toUInt64(pair.1)) AS key, pair.2 AS weight
    FROM (
      SELECT set_hash, pairs
      FROM (
        SELECT ${slotHash}, ${hashColumns}, pairs
        FROM (
          SELECT project, ${slotOf(slots, sql`ended_at`)} AS slot, ${valueColumns}, ${bucketsAndWeights} AS pairs
          FROM streams
          WHERE ${within(slots)}))
      ARRAY JOIN [${joined(sets.map(hashOfSet), ', ')}] AS set_hash)
    ARRAY JOIN pairs AS pair`;
}

function usersBySet(slots: SlotsToFill): Sql {
  return sql`
    SELECT ${setHash} AS set_hash, users, affected_users
    FROM (
      SELECT ${slotHash}, ${groupedBy} AS grouped_by,
        uniqCombined64State(12)(sipHash64(user_hash)) AS users,
        uniqCombined64StateIf(12)(sipHash64(user_hash), ${isFailed}) AS affected_users
      FROM (
        SELECT project, ${slotOf(slots, sql`ended_at`)} AS slot, user_hash, outcome, ${valueColumns}
        FROM streams
        WHERE ${within(slots)} AND user_hash != '')
      GROUP BY ${groupingSets(rolledSets.filter(holdsUsers))})`;
}
