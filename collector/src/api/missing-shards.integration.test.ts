import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShardCheck } from '../clickhouse/shards.ts';
import { startTwoShards, type TwoShards } from '../clickhouse/testing/two-shards.ts';
import { insertStreamsWith } from '../load/insert-streams.ts';
import { recordsOfStreams } from '../load/testing/stream-records.ts';
import { withMissingShards } from './missing-shards.ts';
import { questionRoutes } from './questions.ts';

let shards: TwoShards;
let app: FastifyInstance;

beforeAll(async () => {
  shards = await startTwoShards();
  const insert = insertStreamsWith(() => shards.client);
  const records = recordsOfStreams(400, Date.now() - 60_000);
  expect(await insert({ segment: 'a', token: 'a', records })).toEqual({ status: 'stored' });
  const database = { client: () => shards.partialClient, ready: true };
  const check = createShardCheck(database.client, 'two');
  app = Fastify();
  // As the application does.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await app.register(
    withMissingShards(questionRoutes({ database, coverage: () => undefined, now: Date.now }), check),
  );
});

afterAll(async () => {
  await app?.close();
  await shards?.dispose();
});

async function streamsIn(path: string) {
  const response = await app.inject(path);
  expect(response.statusCode).toBe(200);
  return { missing: response.headers['weir-missing-shards'], response };
}

const range = `from=${Date.now() - 3_600_000}`;

describe('answers of two shards', () => {
  it('say nothing while both are there', async () => {
    const { missing, response } = await streamsIn(`/summary?${range}`);
    expect(missing).toBeUndefined();
    expect(response.json()).not.toHaveProperty('missingShards');
  });

  it('say what they lack while one is gone, as JSON and as CSV, and are whole again when it is back', async () => {
    const all = (await streamsIn(`/summary?${range}`)).response.json().streams;
    await shards.killSecond();
    const { missing, response } = await streamsIn(`/summary?${range}`);
    expect(missing).toBe('2');
    expect(response.json().missingShards).toEqual({ shards: 2, missing: [2] });
    expect(response.json().streams).toBeLessThan(all);
    expect(response.json().streams).toBeGreaterThan(0);
    const csv = await streamsIn(`/breakdown?by=model&format=csv&${range}`);
    expect(csv.missing).toBe('2');
    expect(csv.response.headers['content-type']).toContain('text/csv');

    await shards.startSecond();
    // A shard that was missing just before may be missing from an answer; a moment later none is.
    await expect.poll(async () => (await streamsIn(`/summary?${range}`)).missing).toBeUndefined();
    expect((await streamsIn(`/summary?${range}`)).response.json().streams).toBe(all);
  });
});
