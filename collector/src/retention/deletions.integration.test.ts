import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Deletion, DeletionAnswer, StreamPage } from '@weir/schemas/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findEmbeddedServer } from '../clickhouse/attached-server.ts';
import { askClickHouse, openClickHouse } from '../clickhouse/clickhouse-client.ts';
import { forgetOldFilesAtOnce } from '../clickhouse/testing/migrated.ts';
import { startTemporaryCollector, type TemporaryCollector } from '../testing/temporary-collector.ts';
import { openDeletionJournal } from './deletion-journal.ts';
import { createDeletions } from './deletions.ts';
import { personalTables } from './subject-rows.ts';

const user = 'b7c1e0aa4f9d4f0c93e2';
const neighbour = '55d0a1b2c3d4e5f60718';
const soon = { timeout: 30_000, interval: 200 };

let temporary: TemporaryCollector;
let client: ClickHouseClient;
let spans = 0;

beforeAll(async () => {
  temporary = await startTemporaryCollector();
  const answers = async (address: Parameters<typeof askClickHouse>[0]) =>
    (await askClickHouse(address)).status === 'answered';
  const address = await findEmbeddedServer(temporary.directory, answers);
  if (address === undefined) throw new Error('the collector has no ClickHouse');
  client = openClickHouse({ ...address, database: 'weir' });
  for (const { name } of await personalTables(tables())) {
    // Ids that are not compressed can be searched for.
    await client.command({ query: `ALTER TABLE ${name} MODIFY SETTING default_compression_codec = 'NONE'` });
    await forgetOldFilesAtOnce(client, name);
  }
});

afterAll(async () => {
  await client?.close();
  await temporary?.dispose();
});

function tables() {
  const system = (table: string) => `system.${table}`;
  return { client: () => client, onCluster: '', rowsOf: (table: string) => table, system };
}

/** Streams of a user, as a sender reports them. */
async function send(userHash: string, streams: number): Promise<void> {
  const endMs = Date.now();
  const one = () => {
    spans += 1;
    return {
      traceId: spans.toString(16).padStart(32, '0'),
      spanId: spans.toString(16).padStart(16, '0'),
      name: 'chat',
      startTimeUnixNano: `${endMs - 1_000}000000`,
      endTimeUnixNano: `${endMs}000000`,
      attributes: Object.entries({
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-5',
        'weir.stream.termination.reason': 'completed',
        'user.hash': userHash,
        'session.id': `session-of-${userHash}`,
      }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    };
  };
  const response = await fetch(`${temporary.collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: streams }, one) }] }],
    }),
  });
  expect(response.status).toBe(200);
}

async function request(body: object): Promise<{ status: number; answer: DeletionAnswer }> {
  const response = await fetch(`${temporary.collector.url}/api/v1/deletions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as DeletionAnswer };
}

async function streamsOf(userHash: string): Promise<number> {
  const page = await temporary.ask<StreamPage>(`/streams?filter=user:${userHash}&limit=500`);
  return page.rows.length;
}

async function finished(id: string | undefined): Promise<Deletion> {
  return vi.waitFor(async () => {
    const deletion = await temporary.ask<Deletion>(`/deletions/${id}`);
    expect(deletion.status).toBe('finished');
    return deletion;
  }, soon);
}

/** Files below the data directory that hold the text. */
async function filesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(temporary.directory, { recursive: true })) {
    // A directory, or a file that is gone again.
    const bytes = await readFile(join(temporary.directory, name)).catch(() => Buffer.alloc(0));
    if (bytes.includes(text)) found.push(name);
  }
  return found;
}

describe('the deletion of one user', () => {
  it('leaves the id in no file, and the data of others where it is', async () => {
    await send(user, 30);
    await send(neighbour, 20);
    await vi.waitFor(async () => expect(await streamsOf(neighbour)).toBe(20), soon);
    // What makes the search below a proof.
    expect((await filesWith(neighbour)).some((name) => name.startsWith('clickhouse'))).toBe(true);
    expect((await filesWith(user)).some((name) => name.startsWith('clickhouse'))).toBe(true);

    const dryRun = await request({ subject: 'user', id: user, dryRun: true });
    expect(dryRun).toEqual({ status: 200, answer: { rows: 30, deletion: null } });
    const { status, answer } = await request({ subject: 'user', id: user });
    expect(status).toBe(202);
    expect(answer.rows).toBe(30);
    expect(await finished(answer.deletion?.id)).toMatchObject({ rows: 30, reason: null });

    expect(await streamsOf(user)).toBe(0);
    expect(await streamsOf(neighbour)).toBe(20);
    await vi.waitFor(async () => expect(await filesWith(user)).toEqual([]), soon);
    expect(await filesWith(neighbour)).not.toEqual([]);
  });

  it('takes the id out of the index of ids', async () => {
    await send(user, 2);
    await vi.waitFor(async () => expect(await streamsOf(user)).toBe(2), soon);
    await client.command({
      query: `INSERT INTO stream_ids SELECT 'default', bitAnd(cityHash64(arrayJoin({ids:Array(String)})), 4294967295), now()`,
      query_params: { ids: [user, neighbour] },
    });
    const { answer } = await request({ subject: 'user', id: user });
    await finished(answer.deletion?.id);
    const left = await client.query({
      query: `SELECT id = bitAnd(cityHash64({neighbour:String}), 4294967295) AS isTheirs FROM stream_ids`,
      query_params: { neighbour },
      format: 'JSONEachRow',
    });
    expect(await left.json()).toEqual([{ isTheirs: 1 }]);
  });

  it('reaches streams that were acknowledged before and not yet loaded', async () => {
    await send(user, 10);
    const { answer } = await request({ subject: 'session', id: `session-of-${user}` });
    expect(await finished(answer.deletion?.id)).toMatchObject({ rows: 10 });
    expect(await streamsOf(user)).toBe(0);
  });

  it('is of one project', async () => {
    const { answer } = await request({ project: 'another', subject: 'user', id: neighbour });
    expect(answer.rows).toBe(0);
    expect(await finished(answer.deletion?.id)).toMatchObject({ rows: 0 });
    expect(await streamsOf(neighbour)).toBe(20);
  });

  it('needs to know whose', async () => {
    expect(await request({ subject: 'everybody', id: user })).toMatchObject({ status: 400 });
    expect(await request({ subject: 'user', id: '' })).toMatchObject({ status: 400 });
  });

  it('goes on after a restart, from wherever it was', async () => {
    const journal = openDeletionJournal(join(temporary.directory, 'another.json'));
    const silent = () => undefined;
    const open = (isReady: boolean) =>
      createDeletions({
        ...{ tables: tables(), journal, now: Date.now, newId: () => 'd1', lookEverySeconds: 0.1 },
        storedUpTo: () => Date.now() + 1,
        isReady: () => isReady,
        logger: { info: silent, warn: silent },
      });
    await send(user, 4);
    await vi.waitFor(async () => expect(await streamsOf(user)).toBe(4), soon);
    const first = open(false);
    await first.start();
    await first.request({ project: 'default', subject: 'user', id: user });
    await first.stop();
    // As a process leaves it that is killed while ClickHouse rewrites.
    await journal.write((await journal.read()).map((left) => ({ ...left, status: 'deleting' })));

    const second = open(true);
    await second.start();
    await vi.waitFor(
      () => expect(second.list()).toMatchObject([{ id: 'd1', status: 'finished', rows: 4 }]),
      soon,
    );
    await second.stop();
    expect(await streamsOf(user)).toBe(0);
    expect(await journal.read()).toMatchObject([{ subjectId: null }]);
  });
});
