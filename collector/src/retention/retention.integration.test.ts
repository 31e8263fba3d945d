import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tablesOf } from '../clickhouse/tables.ts';
import { forgetOldFilesAtOnce, migrated } from '../clickhouse/testing/migrated.ts';
import { startTemporaryEngine, type TemporaryEngine } from '../clickhouse/testing/temporary-engine.ts';
import { pause } from '../pause.ts';
import { createRetentionSettings } from './retention-settings.ts';
import { runRetention } from './run-retention.ts';
import { systemLogWarning } from './system-logs.ts';

const DAY_MS = 86_400_000;
/** Noon, so that whole days before it have one date. */
const nowMs = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2;

let temporary: TemporaryEngine;
let client: ClickHouseClient;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  client = temporary.engine.client();
  await migrated(client);
  await forgetOldFilesAtOnce(client, 'streams');
});

afterAll(() => temporary?.dispose());

/** Streams of random text, which takes 8 of 10 of its bytes on disk. */
async function fill(project: string, ageDays: number, rows: number): Promise<void> {
  await client.command({
    query: `INSERT INTO streams (project, trace_id, ended_at, status_message)
            SELECT {project:String}, randomFixedString(16),
              fromUnixTimestamp64Milli({at:Int64} + toInt64(number)), randomString(1000)
            FROM numbers({rows:UInt32})`,
    query_params: { project, rows, at: nowMs - ageDays * DAY_MS },
  });
}

async function rowsByProjectAndAge(table = 'streams', time = 'ended_at'): Promise<Record<string, number>> {
  const answer = await client.query({
    query: `SELECT concat(project, ' ', toString(dateDiff('day', ${time}, toDateTime({now:UInt32}, 'UTC')))) AS key,
              toUInt32(count()) AS n
            FROM ${table} GROUP BY key ORDER BY key`,
    query_params: { now: nowMs / 1_000 },
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ key: string; n: number }>();
  return Object.fromEntries(rows.map(({ key, n }) => [key, n]));
}

async function bytesOnDisk(): Promise<number> {
  const store = join(temporary.dataDir, 'clickhouse', 'store');
  const names = await readdir(store, { recursive: true });
  // Merges remove files meanwhile.
  const sizes = await Promise.all(names.map((name) => stat(join(store, name)).catch(() => undefined)));
  // Parts share files by hard links.
  const files = new Map(sizes.flatMap((found) => (found?.isFile() ? [[found.ino, found.size]] : [])));
  return [...files.values()].reduce((sum, size) => sum + size, 0);
}

function retention(settings: ReturnType<typeof settingsOf>, atMs = nowMs) {
  return runRetention({
    tables: tablesOf(() => client, undefined),
    settings,
    now: () => atMs,
    delay: pause,
    signal: new AbortController().signal,
  });
}

function settingsOf(defaults = { rawDays: 30, rollupDays: 400 }) {
  return createRetentionSettings({ database: { client: () => client }, defaults, now: Date.now });
}

describe('retention', () => {
  it('deletes the rows and the bytes of one project and not of another', async () => {
    for (const ageDays of [1, 10, 20, 31]) {
      await fill('brief', ageDays, 2_000);
      await fill('default', ageDays, 3_000);
    }
    const settings = settingsOf();
    await settings.put('brief', { rawDays: 7, rollupDays: 7 });
    const before = await bytesOnDisk();

    expect(await retention(settings)).toEqual({
      status: 'done',
      rowsDeleted: 2_000 + 2_000 + 5_000,
      partitionsDropped: 1,
      reason: null,
    });
    expect(await rowsByProjectAndAge()).toEqual({
      'brief 1': 2_000,
      'default 1': 3_000,
      'default 10': 3_000,
      'default 20': 3_000,
    });
    const megabytes = async () => Math.round((before - (await bytesOnDisk())) / 1e6);
    for (let tries = 0; (await megabytes()) < 7 && tries < 100; tries += 1) await sleep(300);
    expect(await megabytes()).toBeGreaterThanOrEqual(7);
    expect(await retention(settings)).toMatchObject({ status: 'done', rowsDeleted: 0 });
  });

  it('keeps rollups by their own days', async () => {
    await client.command({
      query: `INSERT INTO rollups (project, level_seconds, slot, rows)
              SELECT project, 3600, toStartOfHour(toDateTime({now:UInt32}) - days * 86400), 1
              FROM (SELECT arrayJoin(['brief', 'default']) AS project, arrayJoin([5, 20, 399, 410]) AS days)`,
      query_params: { now: nowMs / 1_000 },
    });
    const settings = settingsOf();
    await settings.refresh();
    expect(await retention(settings)).toMatchObject({ status: 'done', rowsDeleted: 4, partitionsDropped: 1 });
    expect(await rowsByProjectAndAge('rollups', 'slot')).toEqual({
      'brief 5': 1,
      'default 20': 1,
      'default 399': 1,
      'default 5': 1,
    });
  });

  it('forgets a project that follows the defaults again', async () => {
    const settings = settingsOf();
    await settings.refresh();
    expect(settings.daysOf('brief').rawDays).toBe(7);
    await settings.reset('brief');
    expect(settings.daysOf('brief').rawDays).toBe(30);
    expect(settings.list()).toEqual([]);
    const another = settingsOf();
    await another.refresh();
    expect(another.list()).toEqual([]);
  });

  it('does so much in one run, and the rest in the next', async () => {
    await client.command({ query: 'TRUNCATE TABLE streams' });
    await client.command({
      query: `INSERT INTO streams (project, ended_at)
              SELECT if(number < 20, 'many', 'default'), toDateTime({now:UInt32}) - (8 + number % 20) * 86400
              FROM numbers(40)`,
      query_params: { now: nowMs / 1_000 },
    });
    const settings = settingsOf();
    await settings.put('many', { rawDays: 7, rollupDays: 7 });
    expect(await retention(settings)).toMatchObject({ status: 'more', rowsDeleted: 16 });
    expect(await retention(settings)).toMatchObject({ status: 'done', rowsDeleted: 4 });
  });

  it('never lets ClickHouse itself delete what a project keeps longer than others', async () => {
    await client.command({ query: 'TRUNCATE TABLE streams' });
    await fill('archive', 1_000, 5);
    const settings = settingsOf();
    await settings.put('archive', { rawDays: 3_650, rollupDays: 3_650 });
    await client.command({ query: 'OPTIMIZE TABLE streams FINAL' });
    expect(await retention(settings)).toMatchObject({ status: 'done', rowsDeleted: 0 });
    expect(await rowsByProjectAndAge()).toEqual({ 'archive 1000': 5 });
  });
});

it('finds no logs of its own in the embedded ClickHouse, which would grow for ever', async () => {
  const answer = await client.query({
    query: `SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'`,
    format: 'JSONEachRow',
  });
  expect(await answer.json()).toEqual([]);
  expect(await systemLogWarning(tablesOf(() => client, undefined))).toBeUndefined();
});
