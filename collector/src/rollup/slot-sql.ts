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

/** A slot of a level. */
export interface SlotToFill {
  readonly levelSeconds: number;
  /** Its start, Unix milliseconds. */
  readonly slotMs: number;
  readonly generation: number;
  readonly project: string;
}

const columns = sql`project, level_seconds, slot, generation, dimension_a, dimension_b, value_a, value_b, rows, checksum,
  streams, completed, limited, failed, lost, aborted, frustrated, unknown, squared_weights,
  requests, failed_requests, aborted_requests, longest_gap_seconds,
  ttft_buckets, ttft_weights, max_gap_buckets, max_gap_weights, duration_buckets, duration_weights,
  gap_buckets, gap_weights, users, affected_users`;

/**
 * Fills a slot from `streams`.
 *
 * Counts are grouped by all sets of dimensions in one pass. Histograms would be slow that way (a map for each of 30,000
 * groups; 7 times as slow on 140,000 streams), so a stream is spread over one number for each set and measure: 54 bits
 * of a hash of the set and its values, and 10 of the bucket; that is the fastest grouping there is. The hash brings
 * both together again.
 */
export function fillFromStreams(slot: SlotToFill): Sql {
  return sql`
    INSERT INTO rollups (${columns})
    WITH ${ownHash(sql`project`)} AS project_hash
    SELECT
      project, ${bound('UInt32', slot.levelSeconds)}, ${slotStart(slot)}, ${bound('Int64', slot.generation)},
      dimension_a, dimension_b, value_a, value_b, rows, checksum,
      streams, completed, limited, failed, lost, aborted, frustrated, unknown, squaredWeights,
      requests, failed_requests, aborted_requests, longest_gap_seconds,
      ${histogramColumns}, users, affected_users
    FROM (${countsBySet(slot)}) AS counted
    LEFT JOIN (${histogramsBySet(slot)}) AS histograms ON counted.set_hash = histograms.set_hash
    LEFT JOIN (${usersBySet(slot)}) AS people ON counted.set_hash = people.set_hash`;
}

/** Fills a slot from the slots of a finer level that it consists of, of the given generations. */
export function fillFromLevel(
  slot: SlotToFill,
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
      SELECT project, ${bound('UInt32', slot.levelSeconds)}, ${slotStart(slot)}, ${bound('Int64', slot.generation)},
        dimension_a, dimension_b, value_a, value_b, ${added}, max(longest_gap_seconds), ${histograms},
        uniqCombined64MergeState(12)(users) AS users_of, uniqCombined64MergeState(12)(affected_users) AS affected_of
      FROM rollups
      WHERE project = ${bound('String', slot.project)} AND level_seconds = ${bound('UInt32', finer.levelSeconds)}
        AND slot >= ${slotStart(slot)} AND slot < ${slotStart({ slotMs: slot.slotMs + 1_000 * slot.levelSeconds })}
        AND generation IN (${integers(finer.generations)})
      GROUP BY project, dimension_a, dimension_b, value_a, value_b)`;
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

/** The attempts in a slot of requests that may have had several. */
export function fillRequestAttempts(slot: SlotToFill): Sql {
  return sql`
    INSERT INTO request_attempts (project, slot, generation, request, fate, sample_weight, dimension_values)
    SELECT project, ${slotStart(slot)}, ${bound('Int64', slot.generation)}, ${requestHash}, ${fate}, sample_weight,
      [${joined(
        pairedDimensions.map((name) => sql`toString(${builtIn(name).key})`),
        ', ',
      )}]
    FROM streams
    WHERE ${within(slot)} AND NOT ${isWholeRequest}`;
}

function slotStart({ slotMs }: Pick<SlotToFill, 'slotMs'>): Sql {
  return sql`toDateTime(${bound('Int64', slotMs / 1_000)}, 'UTC')`;
}

function within({ slotMs, levelSeconds, project }: SlotToFill): Sql {
  return sql`project = ${bound('String', project)}
    AND ended_at >= ${instant(slotMs)} AND ended_at < ${instant(slotMs + 1_000 * levelSeconds)}`;
}

const name = (text: string): Sql => ({ parts: [text] });
/** A name from the contract as text: hundreds of parameters would make the statement slow to read. */
const nameAsText = (dimension: Dimension): Sql => ({ parts: [`'${dimension}'`] });
const valueName = (dimension: Dimension): Sql => name(`value_of_${dimension}`);
const hashName = (dimension: Dimension): Sql => name(`hash_of_${dimension}`);

/** Leaves 10 bits for a bucket. */
function ownHash(value: Sql): Sql {
  return sql`bitAnd(cityHash64(${value}), 18446744073709550592)`;
}

function hashOfValue(dimension: Dimension): Sql {
  return sql`cityHash64(project, ${nameAsText(dimension)}, toString(${valueName(dimension)}))`;
}

function hashOfSet([a, b]: RolledSet): Sql {
  if (a === undefined) return sql`project_hash`;
  if (b === undefined) return sql`bitAnd(${hashName(a)}, 18446744073709550592)`;
  return sql`bitAnd(bitXor(${hashName(a)} * 11400714819323198485, ${hashName(b)}), 18446744073709550592)`;
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
    sets.map((set) => sql`(${joined([sql`project`, ...set.map(valueName)], ', ')})`),
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

const setHash: Sql = sql`bitAnd(
  multiIf(
    length(grouped_by) = 0, cityHash64(project),
    length(grouped_by) = 1, grouped_by[1].4,
    bitXor(grouped_by[1].4 * 11400714819323198485, grouped_by[2].4)),
  18446744073709550592)`;

function countsBySet(slot: SlotToFill): Sql {
  return sql`
    SELECT *, grouped_by[1].2 AS dimension_a, grouped_by[2].2 AS dimension_b,
      grouped_by[1].3 AS value_a, grouped_by[2].3 AS value_b, ${setHash} AS set_hash
    FROM (
      SELECT project, ${groupedBy} AS grouped_by, count() AS rows, sum(reinterpretAsUInt64(span_id)) AS checksum,
        ${counts(sql`true`)},
        ${weighed(isWholeRequest)} AS requests,
        ${weighed(sql`${isWholeRequest} AND ${isFailed}`)} AS failed_requests,
        ${weighed(sql`${isWholeRequest} AND ${isAborted}`)} AS aborted_requests,
        ifNull(max(max_gap_seconds), -1) AS longest_gap_seconds
      FROM (SELECT *, ${valueColumns} FROM streams WHERE ${within(slot)})
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

function histogramsBySet(slot: SlotToFill): Sql {
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
    SELECT bitAnd(key, 18446744073709550592) AS set_hash, ${byMeasure}
    FROM (
      SELECT key, bitAnd(key, 1023) AS bucket, sum(weight) AS weight
      FROM (${spreadOverSets(slot, rolledSets, secondsBuckets)}
        UNION ALL ${spreadOverSets(slot, rolledSets.filter(holdsGaps), gapHistogram)})
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

function spreadOverSets(slot: SlotToFill, sets: readonly RolledSet[], bucketsAndWeights: Sql): Sql {
  return sql`
    SELECT bitXor(set_hash, toUInt64(pair.1)) AS key, pair.2 AS weight
    FROM (
      SELECT set_hash, pairs
      FROM (
        SELECT ${ownHash(sql`project`)} AS project_hash, ${hashColumns}, pairs
        FROM (SELECT project, ${valueColumns}, ${bucketsAndWeights} AS pairs FROM streams WHERE ${within(slot)}))
      ARRAY JOIN [${joined(sets.map(hashOfSet), ', ')}] AS set_hash)
    ARRAY JOIN pairs AS pair`;
}

function usersBySet(slot: SlotToFill): Sql {
  return sql`
    SELECT ${setHash} AS set_hash, users, affected_users
    FROM (
      SELECT project, ${groupedBy} AS grouped_by,
        uniqCombined64State(12)(sipHash64(user_hash)) AS users,
        uniqCombined64StateIf(12)(sipHash64(user_hash), ${isFailed}) AS affected_users
      FROM (SELECT project, user_hash, outcome, ${valueColumns} FROM streams WHERE ${within(slot)} AND user_hash != '')
      GROUP BY ${groupingSets(rolledSets.filter(holdsUsers))})`;
}
