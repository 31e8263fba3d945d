import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShardCheck } from '../clickhouse/shards.ts';
import { startTwoShards, type TwoShards } from '../clickhouse/testing/two-shards.ts';
import { insertStreamsWith } from './insert-streams.ts';
import { loadSegment } from './load-segment.ts';
import { countStoredRowsWith } from './stored-rows.ts';
import { recordsOfStreams } from './testing/stream-records.ts';

let shards: TwoShards;

beforeAll(async () => {
  shards = await startTwoShards();
});

afterAll(() => shards?.dispose());

async function rowsOf(segment: string): Promise<number[]> {
  return Promise.all(
    shards.tableClients.map(async (client) => {
      const stored = await countStoredRowsWith(() => client)(segment);
      return [...stored.values()].reduce((sum, rows) => sum + rows, 0);
    }),
  );
}

describe('a segment on two shards', () => {
  const insert = insertStreamsWith(() => shards.client);
  const countStoredRows = countStoredRowsWith(() => shards.client);

  it('is stored once on each, however often it is inserted', async () => {
    const records = recordsOfStreams(400, Date.now());
    for (const earlier of ['none', 'maybe', 'power_cut'] as const) {
      const load = { segment: 'a', records, earlier };
      expect(await loadSegment(load, { insert, countStoredRows })).toEqual({ status: 'loaded' });
    }
    const [first = 0, second = 0] = await rowsOf('a');
    expect(first).toBeGreaterThan(100);
    expect(second).toBeGreaterThan(100);
    expect(first + second).toBe(400);
  });

  it('waits while one of them is gone, and is stored once when it is back', async () => {
    const records = recordsOfStreams(400, Date.now());
    const check = createShardCheck(() => shards.partialClient, 'two');
    expect(await check()).toEqual({ shards: 2, missing: [] });
    await shards.killSecond();
    const load = { segment: 'b', records } as const;
    const whileGone = await loadSegment({ ...load, earlier: 'none' }, { insert, countStoredRows });
    expect(whileGone).toMatchObject({ status: 'unavailable' });
    // What is counted then must not be taken for all there is: it would be inserted again.
    await expect(countStoredRows('b')).rejects.toThrow();
    expect(await createShardCheck(() => shards.partialClient, 'two')()).toEqual({
      shards: 2,
      missing: [2],
    });
    await shards.startSecond();
    const again = await loadSegment({ ...load, earlier: 'maybe' }, { insert, countStoredRows });
    expect(again).toEqual({ status: 'loaded' });
    const [first = 0, second = 0] = await rowsOf('b');
    expect(first + second).toBe(400);
  });
});
