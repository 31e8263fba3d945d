import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from './engine.ts';
import { silentLogger, startTemporaryEngine, type TemporaryEngine } from './testing/temporary-engine.ts';

let temporary: TemporaryEngine;
let engine: Engine;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  engine = temporary.engine;
});

afterAll(async () => {
  await temporary?.dispose();
});

async function ask(query: string): Promise<string> {
  const answer = await engine.client().query({ query, format: 'TabSeparated' });
  return (await answer.text()).trim();
}

async function configFile(): Promise<{ path: string; text: string }> {
  const name = (await readdir(temporary.dataDir)).find((entry) => entry.endsWith('.xml'));
  if (name === undefined) throw new Error('the engine has no configuration file');
  const path = join(temporary.dataDir, name);
  return { path, text: await readFile(path, 'utf8') };
}

async function serverUrl(): Promise<string> {
  const port = /<http_port>(\d+)</.exec((await configFile()).text)?.[1];
  return `http://127.0.0.1:${port}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(50);
}

function nextStatus(wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const forget = engine.onStatus((status) => {
      if (status !== wanted) return;
      forget();
      resolve();
    });
  });
}

describe('the embedded engine', () => {
  it('answers as its own user, in the database, in UTC', async () => {
    expect(engine.status).toBe('ready');
    expect(await ask('SELECT currentUser(), currentDatabase(), timezone()')).toBe('weir\tweir\tUTC');
  });

  it('answers nobody without the credentials', async () => {
    const url = await serverUrl();
    for (const attempt of [`${url}/?query=SELECT+1`, `${url}/?user=default&query=SELECT+1`, `${url}/play`]) {
      expect((await fetch(attempt)).status).toBe(404);
    }
    const asDefault = { authorization: `Basic ${Buffer.from('default:').toString('base64')}` };
    expect((await fetch(`${url}/?query=SELECT+1`, { headers: asDefault })).status).toBe(404);
    expect((await fetch(`${url}/ping`)).status).toBe(200);
  });

  it('reaches neither files nor other machines from a query', async () => {
    await expect(ask("SELECT * FROM file('/etc/hostname', 'LineAsString')")).rejects.toThrow(/privilege/);
    await expect(ask("SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')")).rejects.toThrow(
      /privilege/,
    );
    await expect(ask("SELECT * FROM remote('127.0.0.1:1', system.one)")).rejects.toThrow(/privilege/);
  });

  it('keeps its credentials from other users of the machine', async () => {
    const { path } = await configFile();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(temporary.dataDir)).mode & 0o077).toBe(0);
  });

  it('keeps no log tables that would outgrow the data', async () => {
    await engine.client().command({ query: 'SYSTEM FLUSH LOGS' });
    expect(
      await ask("SELECT count() FROM system.tables WHERE database = 'system' AND name LIKE '%\\\\_log'"),
    ).toBe('0');
  });

  it('merges parts and runs mutations in its small pool', async () => {
    const client = engine.client();
    await client.command({ query: 'CREATE TABLE merged (n UInt32) ENGINE = MergeTree ORDER BY n' });
    for (const n of [1, 2, 3])
      await client.insert({ table: 'merged', values: [{ n }], format: 'JSONEachRow' });
    await client.command({ query: 'OPTIMIZE TABLE merged FINAL' });
    await client.command({
      query: 'ALTER TABLE merged DELETE WHERE n = 2',
      clickhouse_settings: { mutations_sync: '1' },
    });
    expect(await ask("SELECT count() FROM system.parts WHERE table = 'merged' AND active")).toBe('1');
    expect(await ask('SELECT groupArray(n) FROM merged')).toBe('[1,3]');
  });

  it('refuses a second server on the same directory and names the first', async () => {
    const second = startEngine({
      server: { kind: 'embedded', dataDir: temporary.dataDir },
      database: 'weir',
      logger: silentLogger,
      lockWaitMs: 0,
    });
    await expect(second).rejects.toMatchObject({
      code: 'data-dir-locked',
      message: expect.stringContaining(`process ${engine.processId}`),
    });
    expect(await ask('SELECT 1')).toBe('1');
  });

  it('comes back with its data when its process is killed, for the client that was there before', async () => {
    const client = engine.client();
    await client.command({ query: 'CREATE TABLE kept (n UInt32) ENGINE = MergeTree ORDER BY n' });
    await client.insert({ table: 'kept', values: [{ n: 42 }], format: 'JSONEachRow' });
    const killed = engine.processId;
    if (killed === undefined) throw new Error('the engine has no process');
    const restarting = nextStatus('restarting');
    const ready = nextStatus('ready');
    process.kill(killed, 'SIGKILL');
    await restarting;
    await ready;
    expect(engine.processId).not.toBe(killed);
    expect(await ask('SELECT n FROM kept')).toBe('42');
  });

  it('is reached as an external server through the same code', async () => {
    const credentials =
      /<Authorization>Basic (.+)<\/Authorization>/.exec((await configFile()).text)?.[1] ?? '';
    const [username = '', password = ''] = Buffer.from(credentials, 'base64').toString().split(':');
    const address = { url: await serverUrl(), username, password };
    const external = await startEngine({
      server: { kind: 'external', address },
      database: 'another',
      logger: silentLogger,
    });
    const answer = await external
      .client()
      .query({ query: 'SELECT currentDatabase()', format: 'TabSeparated' });
    expect(await answer.text()).toBe('another\n');
    expect(external.status).toBe('ready');
    await external.stop();
    expect(await ask('SELECT 1')).toBe('1');
  });
});

describe('the end of an embedded engine', () => {
  it('leaves no process and no credentials', async () => {
    const other = await startTemporaryEngine();
    const pid = other.engine.processId;
    if (pid === undefined) throw new Error('the engine has no process');
    await other.engine.stop();
    expect(other.engine.status).toBe('stopped');
    expect(isAlive(pid)).toBe(false);
    expect((await readdir(other.dataDir)).filter((name) => name.endsWith('.xml'))).toEqual([]);
    await other.dispose();
  });

  it('follows the end of its parent, even a kill, and the next start clears up', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'weir-engine-'));
    const parent = spawn(
      process.execPath,
      [fileURLToPath(new URL('./testing/hold-engine.ts', import.meta.url)), dataDir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await gone(pid);

    const next = await startEngine({
      server: { kind: 'embedded', dataDir },
      database: 'weir',
      logger: silentLogger,
    });
    expect((await readdir(dataDir)).filter((name) => name.endsWith('.xml'))).toHaveLength(1);
    await next.stop();
    await rm(dataDir, { recursive: true });
  });

  it('is waited for by the next engine on the same directory', async () => {
    const first = await startTemporaryEngine();
    await first.engine
      .client()
      .command({ query: 'CREATE TABLE kept (n UInt32) ENGINE = MergeTree ORDER BY n' });
    const next = startEngine({
      server: { kind: 'embedded', dataDir: first.dataDir },
      database: 'weir',
      logger: silentLogger,
    });
    // Long enough for the next one to be refused at least once.
    await sleep(1_500);
    await first.engine.stop();
    const engineAfter = await next;
    await engineAfter.client().query({ query: 'SELECT n FROM kept' });
    await engineAfter.stop();
    await first.dispose();
  });
});

describe('an embedded engine that cannot start', () => {
  it('says what ClickHouse says, and leaves no credentials', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'weir-engine-'));
    await mkdir(join(dataDir, 'clickhouse', 'metadata'), { recursive: true });
    await writeFile(join(dataDir, 'clickhouse', 'metadata', 'broken.sql'), 'ATTACH nonsense');
    const start = startEngine({
      server: { kind: 'embedded', dataDir },
      database: 'weir',
      logger: silentLogger,
    });
    await expect(start).rejects.toMatchObject({
      code: 'start-failed',
      message: expect.stringMatching(/Code: 62.*Syntax error.*Its log is .*clickhouse\.log/s),
    });
    expect((await readdir(dataDir)).filter((name) => name.endsWith('.xml'))).toEqual([]);
    await rm(dataDir, { recursive: true });
  });

  it('gives up on a server that takes too long, and ends it', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'weir-engine-'));
    const embedded = {
      server: { kind: 'embedded', dataDir },
      database: 'weir',
      logger: silentLogger,
    } as const;
    const start = startEngine({ ...embedded, startTimeoutMs: 0 });
    await expect(start).rejects.toMatchObject({ code: 'start-failed' });
    // The directory is free at once: nothing is left that would hold it.
    const next = await startEngine({ ...embedded, lockWaitMs: 0 });
    await next.stop();
    await rm(dataDir, { recursive: true });
  });

  it('does not begin in a directory that cannot be written to', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'weir-engine-')), 'a-file');
    await writeFile(file, '');
    const start = startEngine({
      server: { kind: 'embedded', dataDir: file },
      database: 'weir',
      logger: silentLogger,
    });
    await expect(start).rejects.toMatchObject({ code: 'data-dir-not-writable' });
    await rm(join(file, '..'), { recursive: true });
  });
});
