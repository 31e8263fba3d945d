import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMigrationFiles } from './migration-files.ts';
import { clusterMacros } from './migrations.ts';
import { expandMacros, splitStatements } from './sql-statements.ts';
import { migrated, migrationsDirectory } from './testing/migrated.ts';
import { schemaOf } from './testing/schema.ts';
import { startTemporaryEngine, type TemporaryEngine } from './testing/temporary-engine.ts';

let temporary: TemporaryEngine;
let client: ClickHouseClient;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  client = temporary.engine.client();
});

afterAll(() => temporary?.dispose());

describe('the schema that migrations lead to', () => {
  it('is that of testing/schema.snapshot.sql; after a new migration: vitest run --update on this file', async () => {
    await migrated(client);
    await expect(await schemaOf(client)).toMatchFileSnapshot('./testing/schema.snapshot.sql');
  });

  it('is the same on a cluster, but for replication', async () => {
    for (const { name, sql } of await readMigrationFiles(migrationsDirectory)) {
      const { sql: clustered } = expandMacros(sql, clusterMacros('main'));
      for (const statement of splitStatements(clustered)) {
        const query = `SELECT formatQuery({statement:String})`;
        await client.query({ query, query_params: { statement }, use_multipart_params_auto: true });
        const changes = /^(CREATE|ALTER|DROP|RENAME)\b/i.exec(withoutComments(statement));
        if (changes !== null) expect(statement, `${name} leaves servers out`).toContain('ON CLUSTER `main`');
        for (const [, engine = ''] of statement.matchAll(/ENGINE\s*=\s*(\w+)/g)) {
          expect(engine, `${name} has a table that is not replicated`).toMatch(/^Replicated\w*MergeTree$/);
        }
      }
    }
  });
});

function withoutComments(statement: string): string {
  return statement.replaceAll(/--[^\n]*\n/g, '').trim();
}

describe('a start that is cut off between any two statements', () => {
  it('is made up for by the next', async () => {
    await migrated(client);
    const expected = await schemaOf(client);
    let isComplete = false;
    for (let step = 0; !isComplete; step += 1) {
      const database = `cut_${step}`;
      const cut = await temporary.openDatabase(database);
      isComplete = await migrated(cutOffAfter(step, cut)).then(
        () => true,
        (error: unknown) => {
          expect(String(error)).toContain('cut off');
          return false;
        },
      );
      await migrated(cut);
      expect(await schemaOf(cut), `cut off after step ${step}`).toBe(expected);
      await cut.close();
      await client.command({ query: `DROP DATABASE ${database}` });
    }
  }, 300_000);
});

/** The process ends before its next change after so many. */
function cutOffAfter(changes: number, whole: ClickHouseClient): ClickHouseClient {
  let left = changes;
  const change =
    <Arguments extends unknown[], Result>(make: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      left -= 1;
      if (left < 0) throw new Error('cut off');
      return make(...given);
    };
  const insert = change(whole.insert.bind(whole));
  return Object.assign(Object.create(whole) as ClickHouseClient, {
    command: change(whole.command.bind(whole)),
    insert,
  });
}
