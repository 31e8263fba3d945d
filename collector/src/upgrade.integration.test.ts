import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIncidentStore } from './alert/store/incident-store.ts';
import { createRuleStore } from './alert/store/rule-store.ts';
import { readMigrationFiles } from './clickhouse/migration-files.ts';
import { keptNumbers, restoreSchema } from './clickhouse/testing/kept-schemas.ts';
import { migrated, migrationsDirectory } from './clickhouse/testing/migrated.ts';
import { sampleDay, sampleStreams } from './clickhouse/testing/sample-rows.ts';
import { schemaOf } from './clickhouse/testing/schema.ts';
import { startTemporaryEngine, type TemporaryEngine } from './clickhouse/testing/temporary-engine.ts';
import { breakdown } from './query/breakdown.ts';
import { resolveDimension } from './query/dimension.ts';
import { dimensionValues } from './query/dimension-values.ts';
import { gaps } from './query/gaps.ts';
import type { Scope } from './query/scope.ts';
import { stream } from './query/stream.ts';
import { streams } from './query/streams.ts';
import { summary } from './query/summary.ts';
import { timeseries } from './query/timeseries.ts';

const kept = await keptNumbers();
const scope: Scope = { project: 'default', fromMs: sampleDay, toMs: sampleDay + 3_600_000, filters: [] };

let temporary: TemporaryEngine;
let fresh: string;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  await migrated(temporary.engine.client());
  fresh = await schemaOf(temporary.engine.client());
});

afterAll(() => temporary?.dispose());

it('there is a data directory of every migration; make a missing one by node collector/src/clickhouse/testing/keep-schemas.ts', async () => {
  const files = await readMigrationFiles(migrationsDirectory);
  expect(kept).toEqual(files.map(({ name }) => name.slice(0, 4)));
});

describe.each(kept)('a data directory that migration %s left', (number) => {
  let client: ClickHouseClient;

  beforeAll(async () => {
    client = await restoreSchema(temporary, number);
    await migrated(client);
  });

  afterAll(() => client?.close());

  it('becomes what a new one is', async () => {
    expect(await schemaOf(client)).toBe(fresh);
  });

  it('answers every question with the streams that were in it', async () => {
    const database = { client: () => client };
    const resolved = resolveDimension('model');
    if (resolved.status !== 'known') throw new Error(resolved.message);
    const { dimension } = resolved;
    expect(await summary(database, scope)).toMatchObject({ streams: sampleStreams, failed: 10, users: 5 });
    const models = await breakdown(database, scope, { by: dimension, limit: 5, sort: 'failed' });
    expect(models.rows.map(({ key, streams: all }) => [key, all])).toEqual([
      ['gpt-5', 20],
      ['gpt-5-mini', 20],
    ]);
    const series = await timeseries(database, scope, { by: undefined, limit: 1, buckets: 10 });
    expect(series.series[0]?.streams).toBe(sampleStreams);
    const values = await dimensionValues(database, scope, { dimension, search: undefined, limit: 5 });
    expect(values.values).toHaveLength(2);
    expect((await gaps(database, scope, { limit: 3 })).worst).toHaveLength(3);
    const { rows } = await streams(database, scope, { limit: 100 });
    expect(rows).toHaveLength(sampleStreams);
    const [newest] = rows;
    if (newest === undefined) throw new Error('there are streams');
    const { traceId, spanId } = newest;
    const found = await stream(database, { traceId, spanId });
    expect(found?.stream).toMatchObject({ model: 'gpt-5-mini', customDimensions: { team: 'search' } });
  });

  it.skipIf(number < '0002')('has the rules and incidents that were in it', async () => {
    const database = { client: () => client, ready: true };
    const { rules, unreadable } = await createRuleStore(database).list();
    expect(rules.map(({ id, definition }) => [id, definition.threshold])).toEqual([['rule', 0.05]]);
    expect(unreadable).toEqual([]);
    expect(await createIncidentStore(database).get('default', 'incident')).toMatchObject({
      peakFailureRate: 0.3,
    });
  });
});
