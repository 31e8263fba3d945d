import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTwoShards, type TwoShards } from '../clickhouse/testing/two-shards.ts';
import type { Database } from './ask.ts';
import { breakdown } from './breakdown.ts';
import { type DimensionSql, resolveDimension } from './dimension.ts';
import { dimensionValues } from './dimension-values.ts';
import { failureCounts } from './failure-counts.ts';
import { gaps } from './gaps.ts';
import type { Scope } from './scope.ts';
import { stream } from './stream.ts';
import { streams } from './streams.ts';
import { summary } from './summary.ts';
import { suspects } from './suspects.ts';
import { generateStreams } from './testing/generated-streams.ts';
import { anyDimension, anyScope } from './testing/random-questions.ts';
import { recordInserter, type StreamsTable, startStreamsTable } from './testing/streams-table.ts';
import { timeseries } from './timeseries.ts';

const fromMs = Date.parse('2026-03-01T21:00:00Z');
const toMs = fromMs + 6 * 3_600_000;
const records = generateStreams({ seed: 11, count: 3_000, fromMs, toMs });
const whole: Scope = { project: 'default', fromMs, toMs, filters: [] };

let node: StreamsTable;
let shards: TwoShards;
let sharded: Database;

beforeAll(async () => {
  [node, shards] = await Promise.all([startStreamsTable(), startTwoShards()]);
  sharded = { client: () => shards.client };
  for (const client of shards.tableClients) {
    // Test data has fixed times, which retention would find too old.
    await client.command({ query: 'ALTER TABLE streams REMOVE TTL' });
  }
  const insert = await recordInserter(shards.client);
  for (const insertInto of [node.insert, insert]) {
    for (let first = 0; first < records.length; first += 1_000) {
      await insertInto(records.slice(first, first + 1_000));
    }
  }
});

afterAll(() => Promise.all([node?.dispose(), shards?.dispose()]));

const questions: Readonly<
  Record<string, (database: Database, scope: Scope, by: DimensionSql) => Promise<unknown>>
> = {
  summary: (database, scope) => summary(database, scope),
  breakdown: (database, scope, by) => breakdown(database, scope, { by, sort: 'failed', limit: 10 }),
  timeseries: (database, scope, by) => timeseries(database, scope, { by, limit: 3, buckets: 12 }),
  streams: (database, scope) => streams(database, scope, { limit: 100 }),
  gaps: (database, scope) => gaps(database, scope, { limit: 5 }),
  'dimension values': (database, scope, dimension) =>
    dimensionValues(database, scope, { dimension, search: undefined, limit: 20 }),
  'failure counts': (database, { fromMs: from, toMs: to, filters }) =>
    failureCounts(database, { fromMs: from, toMs: to, filters, stepSeconds: 60 }),
  suspects: (database, scope) => suspects(database, scope),
};

describe('two shards', () => {
  it('hold half of the streams each', async () => {
    for (const client of shards.tableClients) {
      const answer = await client.query({ query: 'SELECT count() AS n FROM streams', format: 'JSONEachRow' });
      const [row] = await answer.json<{ n: string }>();
      expect(Number(row?.n) / records.length).toBeGreaterThan(0.4);
      expect(Number(row?.n) / records.length).toBeLessThan(0.6);
    }
  });

  it.each(Object.entries(questions))('answer %s as one node does', async (_, question) => {
    await fc.assert(
      fc.asyncProperty(anyScope(fromMs, toMs), anyDimension, async ({ scope }, by) => {
        const dimension = dimensionOf(by);
        expect(await question(sharded, scope, dimension)).toEqual(
          await question(node.database, scope, dimension),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('answer for one stream as one node does, whichever shard has it', async () => {
    for (const { traceId, spanId, project } of records.slice(0, 20)) {
      const asked = { traceId, spanId, project };
      expect(await stream(sharded, asked)).toEqual(await stream(node.database, asked));
    }
  });
});

describe('while a shard is gone', () => {
  beforeAll(() => shards.killSecond());
  afterAll(() => shards.startSecond());

  it('the rest is answered to whom that will do, and nothing to others', async () => {
    const { streams: all } = await summary(node.database, whole);
    const partial = await summary({ client: () => shards.partialClient }, whole);
    expect(partial.streams).toBeGreaterThan(0.3 * all);
    expect(partial.streams).toBeLessThan(0.7 * all);
    await expect(summary(sharded, whole)).rejects.toThrow();
  });
});

function dimensionOf(name: string): DimensionSql {
  const resolved = resolveDimension(name);
  if (resolved.status === 'known') return resolved.dimension;
  throw new Error(resolved.message);
}
