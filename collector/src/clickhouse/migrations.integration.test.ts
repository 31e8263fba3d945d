import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clusterMacros, migrate } from './migrations.ts';
import { silentLogger, startTemporaryEngine, type TemporaryEngine } from './testing/temporary-engine.ts';

let temporary: TemporaryEngine;
let client: ClickHouseClient;
let directory: string;

const CREATE = 'CREATE TABLE IF NOT EXISTS a {on_cluster} (n UInt8) ENGINE = {engine}MergeTree ORDER BY n;';

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  client = temporary.engine.client();
});

afterAll(async () => {
  await temporary?.dispose();
});

/** Each test has an empty database and an empty folder. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-migrations-'));
  for (const table of await tables()) await client.command({ query: `DROP TABLE ${table} SYNC` });
  return () => rm(directory, { recursive: true });
});

async function tables(): Promise<string[]> {
  const query = 'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name';
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return (await answer.json<{ name: string }>()).map(({ name }) => name);
}

function put(name: string, sql: string): Promise<void> {
  return writeFile(join(directory, name), sql);
}

function run(from = directory) {
  return migrate({ client, directory: from, macros: clusterMacros(undefined), logger: silentLogger });
}

describe('migrate', () => {
  it('applies the files in order and each once', async () => {
    await put('0001_first.sql', CREATE);
    await put(
      '0002_second.sql',
      '-- reads; the first\nALTER TABLE a ADD COLUMN IF NOT EXISTS m UInt8;\nINSERT INTO a VALUES (1, 2);',
    );
    expect(await run()).toEqual({ applied: ['0001_first.sql', '0002_second.sql'], version: 2 });
    expect(await run()).toEqual({ applied: [], version: 2 });
    const answer = await client.query({ query: 'SELECT n, m FROM a', format: 'JSONEachRow' });
    expect(await answer.json()).toEqual([{ n: 1, m: 2 }]);
  });

  it('applies only what is new', async () => {
    await put('0001_first.sql', CREATE);
    await run();
    await put('0002_second.sql', 'ALTER TABLE a ADD COLUMN IF NOT EXISTS m UInt8');
    expect(await run()).toEqual({ applied: ['0002_second.sql'], version: 2 });
  });

  it('accepts two collectors that start at once', async () => {
    await put('0001_first.sql', CREATE);
    await Promise.all([run(), run()]);
    expect((await run()).applied).toEqual([]);
  });

  it('refuses an applied file that was changed', async () => {
    await put('0001_first.sql', CREATE);
    await run();
    await put('0001_first.sql', `${CREATE}\n-- an afterthought`);
    await expect(run()).rejects.toMatchObject({
      code: 'migration-changed',
      message: expect.stringContaining('0001_first'),
    });
  });

  it('does not take other line ends for a change', async () => {
    await put('0001_first.sql', `${CREATE}\n-- end\n`);
    await run();
    await put('0001_first.sql', `${CREATE}\r\n-- end\r\n`);
    expect((await run()).applied).toEqual([]);
  });

  it('refuses a database that a newer program has written', async () => {
    await put('0001_first.sql', CREATE);
    const newer = `${directory}-newer`;
    await cp(directory, newer, { recursive: true });
    await writeFile(join(newer, '0002_second.sql'), 'ALTER TABLE a ADD COLUMN IF NOT EXISTS m UInt8');
    await run(newer);
    await rm(newer, { recursive: true });
    await expect(run()).rejects.toMatchObject({
      code: 'database-newer',
      message: expect.stringMatching(/0002_second\.sql.*0001_first\.sql/),
    });
  });

  it('stops at a statement that fails, names it, and finishes the file once it is corrected', async () => {
    await put('0001_first.sql', `${CREATE}\nALTER TABLE nowhere ADD COLUMN x UInt8;`);
    await put('0002_second.sql', 'CREATE TABLE b (n UInt8) ENGINE = Memory');
    await expect(run()).rejects.toMatchObject({
      code: 'migration-failed',
      message: expect.stringMatching(/Statement 2 of 2 in migration 0001_first\.sql.*nowhere/s),
    });
    expect(await tables()).toEqual(['a', 'schema_migrations']);
    await put('0001_first.sql', CREATE);
    expect((await run()).applied).toEqual(['0001_first.sql', '0002_second.sql']);
  });

  it('refuses a macro without a value before anything of the file runs', async () => {
    await put('0001_first.sql', `${CREATE}\nSELECT {shard}`);
    await expect(run()).rejects.toMatchObject({
      code: 'migration-files-invalid',
      message: expect.stringContaining('{shard}'),
    });
    expect(await tables()).toEqual(['schema_migrations']);
  });

  it.each([
    ['a folder without files', []],
    ['a gap in the numbers', ['0001_a.sql', '0003_b.sql']],
    ['one number twice', ['0001_a.sql', '0001_b.sql']],
    ['a name without a number', ['0001_a.sql', 'more.sql']],
  ])('refuses %s', async (_, names) => {
    for (const name of names) await put(name, 'SELECT 1');
    await expect(run()).rejects.toMatchObject({ code: 'migration-files-invalid' });
  });
});

describe('clusterMacros', () => {
  it('is empty for one node', () => {
    expect(clusterMacros(undefined)).toEqual({ on_cluster: '', engine: '' });
  });

  it('replicates on a cluster and quotes its name', () => {
    expect(clusterMacros('odd`name')).toEqual({ on_cluster: 'ON CLUSTER `odd``name`', engine: 'Replicated' });
  });
});
