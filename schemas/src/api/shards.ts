import { type Static, Type } from 'typebox';

/**
 * `missingShards` in the answer to a question, and `missing` in the header `weir-missing-shards`, while shards of a
 * ClickHouse cluster do not answer: what they hold is not in the answer. Absent when nothing is missing.
 */
export const MissingShards = Type.Object({
  shards: Type.Integer({ description: 'of the cluster' }),
  missing: Type.Array(Type.Integer(), { description: 'numbers of those that did not answer, from 1' }),
});
export type MissingShards = Static<typeof MissingShards>;
