import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pendingRewrites } from '../clickhouse/mutations.ts';
import { type Tables, tablesOf } from '../clickhouse/tables.ts';
import { startTwoShards, type TwoShards } from '../clickhouse/testing/two-shards.ts';
import { agedRows, keptTables } from './stored-rows.ts';
import { countSubjectRows } from './subject-rows.ts';

const DAY_MS = 86_400_000;

let shards: TwoShards;
let tables: Tables;

beforeAll(async () => {
  shards = await startTwoShards();
  const [first] = shards.tableClients;
  if (first === undefined) throw new Error('there are shards');
  tables = tablesOf(() => first, shards.cluster);
  await shards.client.command({
    query: `INSERT INTO streams (project, trace_id, ended_at, user_hash)
            SELECT 'default', randomFixedString(16), now64(3) - INTERVAL (number % 40) DAY, 'somebody'
            FROM numbers(400)`,
  });
});

afterAll(() => shards?.dispose());

describe('on two shards', () => {
  it('what is old is counted on all of them', async () => {
    const kept = await keptTables(tables);
    const streams = kept.find(({ name }) => name === 'streams');
    if (streams === undefined) throw new Error('streams are kept');
    const aged = await agedRows(tables, streams, { rawDays: 30, rollupDays: 30 }, Date.now() + DAY_MS / 2);
    const rows = aged.reduce((sum, found) => sum + found.rows, 0);
    expect(rows).toBeGreaterThanOrEqual(90);
    expect(aged.every(({ rows: ofDay }) => ofDay <= 20)).toBe(true);
  });

  it('what belongs to a user is counted on all of them', async () => {
    expect(await countSubjectRows(tables, { project: 'default', subject: 'user', id: 'somebody' })).toBe(400);
  });

  it('rewrites of any of them are waited for', async () => {
    expect(await pendingRewrites(tables, 'streams')).toEqual({ count: 0, failure: '' });
    const [, second] = shards.tableClients;
    await second?.command({
      query: "ALTER TABLE streams DELETE WHERE throwIf(user_hash != '') = 1",
      clickhouse_settings: { mutations_sync: '0', allow_nondeterministic_mutations: 1 },
    });
    await expect
      .poll(async () => (await pendingRewrites(tables, 'streams')).failure, { timeout: 20_000 })
      .not.toBe('');
  });
});
