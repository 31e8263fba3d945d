import { expect, test } from 'vitest';
import { describeMissingShards } from './shards.ts';

test('shards that do not answer are named, and what that means', () => {
  expect(describeMissingShards({ shards: 3, missing: [2] })).toBe(
    'Shard 2 of 3 of ClickHouse does not answer: its streams are missing from everything here, and new ones wait on disk.',
  );
  expect(describeMissingShards({ shards: 4, missing: [1, 3] })).toMatch(
    /^Shards 1, 3 of 4 .* do not answer: their/,
  );
});

test('nothing is said of one node, or of a whole cluster', () => {
  expect(describeMissingShards(undefined)).toBeUndefined();
  expect(describeMissingShards({ shards: 3, missing: [] })).toBeUndefined();
});
