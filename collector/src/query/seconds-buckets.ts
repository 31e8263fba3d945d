import { gapBucketSeconds, gapBuckets } from '@weir/schemas/gap-buckets';
import { type Sql, sql } from './sql.ts';

const { minSeconds, growth, count } = gapBuckets;

/** Text of a number that this program chose. */
function constant(value: number): Sql {
  return { parts: [String(value)] };
}

/** The bucket of a time in seconds, as `gapBucketOf` has it. Null stays null. */
export function bucketOf(seconds: Sql): Sql {
  return sql`if(${seconds} >= ${constant(minSeconds)},
    toUInt8(least(${constant(count - 1)}, 1 + floor(log(${seconds} / ${constant(minSeconds)}) / ${constant(Math.log(growth))}))),
    toUInt8(0))`;
}

/** The middles of all buckets, to be looked up by `bucket + 1`: one literal, which is read once. */
export const bucketMiddles: Sql = {
  parts: [
    `CAST([${Array.from({ length: count }, (_, bucket) => gapBucketSeconds(bucket).toPrecision(7)).join(', ')}] AS Array(Float32))`,
  ],
};
