import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTemporaryEngine, type TemporaryEngine } from '../clickhouse/testing/temporary-engine.ts';
import { ask, type Database, defaultQueryLimits } from './ask.ts';
import { bound, listed, sql } from './sql.ts';

let temporary: TemporaryEngine;
let database: Database;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  database = temporary.engine;
});

afterAll(async () => {
  await temporary?.dispose();
});

describe('ask', () => {
  it('carries any text unchanged', async () => {
    const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), texts, async (one, many) => {
        const question = sql`SELECT ${bound('String', one)} AS one, [${listed(many)}] AS many`;
        expect(await ask(database, question)).toEqual([{ one, many }]);
      }),
    );
  });

  it('carries lists that no URL has room for', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `${index} ${'größe'.repeat(200)}`);
    const question = sql`SELECT length([${listed(many)}]) AS count`;
    expect(await ask(database, question)).toEqual([{ count: 500 }]);
  });

  it('reads 64-bit numbers as numbers, and what is not a number as null', async () => {
    const question = sql`SELECT toInt64(1772319600000) AS ms, 0 / 0 AS nothing`;
    expect(await ask(database, question)).toEqual([{ ms: 1_772_319_600_000, nothing: null }]);
  });

  it.each([
    ['time', { seconds: 0.2, rowsRead: 1e12 }, 'TIMEOUT_EXCEEDED'],
    ['memory', { memoryBytes: 20_000_000, rowsRead: 1e12 }, 'MEMORY_LIMIT_EXCEEDED'],
    ['rows read', { rowsRead: 1_000_000 }, 'TOO_MANY_ROWS'],
  ])('is refused beyond its limit of %s', async (_, limit, type) => {
    const endless = sql`SELECT groupArray(number) AS n FROM numbers(10000000000)`;
    const answer = ask(database, endless, { limits: { ...defaultQueryLimits, ...limit } });
    await expect(answer).rejects.toMatchObject({ type });
  });

  it('is refused an answer of more rows than its limit', async () => {
    const rows = sql`SELECT number FROM numbers(1000)`;
    const answer = ask(database, rows, { limits: { ...defaultQueryLimits, resultRows: 999 } });
    await expect(answer).rejects.toMatchObject({ type: 'TOO_MANY_ROWS_OR_BYTES' });
  });

  it('cannot change anything', async () => {
    const answer = ask(database, sql`CREATE TABLE written (a UInt8) ENGINE = Memory`);
    await expect(answer).rejects.toMatchObject({ type: 'READONLY' });
  });

  it('ends inside ClickHouse when nobody waits for it any more', async () => {
    const leaving = new AbortController();
    const mark = 'nobody waits for this';
    const endless = sql`SELECT sum(sipHash64(number, ${bound('String', mark)})) AS n FROM system.numbers`;
    const answer = ask(database, endless, { signal: leaving.signal });
    const settled = expect(answer).rejects.toThrow();
    await until(async () => (await running(mark)) === 1);
    leaving.abort();
    await settled;
    await until(async () => (await running(mark)) === 0);
  });
});

async function running(mark: string): Promise<number> {
  const [row] = await ask<{ count: number }>(
    database,
    sql`SELECT count() AS count FROM system.processes
        WHERE position(query, ${bound('String', mark)}) > 0 AND query NOT LIKE '%system.processes%'`,
  );
  return row?.count ?? 0;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}
