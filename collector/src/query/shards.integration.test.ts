import type { ClickHouseClient } from '@clickhouse/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTwoShards, type TwoShards } from '../clickhouse/testing/two-shards.ts';
import { createRoller } from '../rollup/roller.ts';
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
    await keepForEver(client);
  }
  await keepForEver(node.database.client());
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
      { numRuns: 6 },
    );
  });

  it('answer for one stream as one node does, whichever shard has it', async () => {
    for (const { traceId, spanId, project } of records.slice(0, 20)) {
      const asked = { traceId, spanId, project };
      expect(await stream(sharded, asked)).toEqual(await stream(node.database, asked));
    }
  });
});

describe('rollups of two shards', () => {
  it('are made by one roller, cover all of it, and answer as those of one node do', async () => {
    const [one, two] = await Promise.all([rolled(node.database), rolled(sharded)]);
    for (const database of [one, two]) {
      expect(database.coverage?.()?.generationOf('default', 3_600, fromMs + 3_600_000)).toBeTypeOf('number');
    }
    const questionsOfRollups = ['summary', 'breakdown', 'timeseries', 'gaps'] as const;
    const model = dimensionOf('model');
    for (const name of questionsOfRollups) {
      const scope = { ...whole, fromMs: whole.fromMs + 600_000 };
      expect(await questions[name]?.(two, scope, model), name).toEqual(
        await questions[name]?.(one, scope, model),
      );
    }
  });
});

async function rolled(database: Database): Promise<Database> {
  const silent = () => undefined;
  const roller = createRoller({
    database,
    now: () => toMs + 3_600_000,
    delay: async () => undefined,
    logger: { info: silent, warn: silent },
    settleMs: 60_000,
    storedDays: 30,
  });
  await roller.catchUp();
  return { ...database, coverage: roller.coverage };
}

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

/** Test data has fixed times, which TTLs would find too old. */
async function keepForEver(client: ClickHouseClient): Promise<void> {
  for (const table of ['streams', 'rollups', 'request_attempts']) {
    await client.command({ query: `ALTER TABLE ${table} REMOVE TTL` }).catch((error: unknown) => {
      // That of the one node is gone already.
      if (!String(error).includes('have any table TTL')) throw error;
    });
  }
}

function dimensionOf(name: string): DimensionSql {
  const resolved = resolveDimension(name);
  if (resolved.status === 'known') return resolved.dimension;
  throw new Error(resolved.message);
}
