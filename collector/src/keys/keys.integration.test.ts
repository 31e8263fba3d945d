import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CreatedKey, IngestKey, KeyInput, KeyList, Pipeline, ProjectList } from '@weir/schemas/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Collector, createCollector } from '../collector.ts';
import { ConfigError, readConfig } from '../config.ts';

const password = 'open sesame';
const reader = { authorization: `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}` };
let directory: string;
let running: Collector | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-keys-'));
  await start();
});

afterAll(async () => {
  await running?.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<void> {
  const config = readConfig(
    { WEIR_PORT: '0', WEIR_DATA_DIR: directory, WEIR_DASHBOARD_PASSWORD: password, ...env },
    directory,
  );
  running = await createCollector(config);
}

async function restart(env: Record<string, string> = {}): Promise<void> {
  await running?.close();
  running = undefined;
  await start(env);
}

function url(): string {
  if (running === undefined) throw new Error('the collector is not running');
  return running.url;
}

async function api<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(`${url()}/api/v1/${path}`, {
    method,
    headers: { ...reader, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const create = (input: Partial<KeyInput>) => api<CreatedKey>('keys', 'POST', { label: 'test', ...input });

function spanOf(spanId: string) {
  const ns = (ms: number) => `${ms}000000`;
  return {
    ...{ traceId: 'c'.repeat(32), spanId, name: 'chat' },
    ...{ startTimeUnixNano: ns(Date.now() - 1_000), endTimeUnixNano: ns(Date.now()) },
    attributes: [{ key: 'gen_ai.system', value: { stringValue: 'openai' } }],
  };
}

let spans = 0;

async function send(key: string | undefined, headers: Record<string, string> = {}): Promise<Response> {
  spans += 1;
  const spanId = spans.toString(16).padStart(16, '0');
  return fetch(`${url()}/v1/traces`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [spanOf(spanId)] }] }] }),
  });
}

describe('ingest keys', () => {
  it('are not needed on loopback until there is one, and by everybody from then on', async () => {
    expect((await send(undefined)).status).toBe(200);
    expect((await api<KeyList>('keys')).required).toBe(false);
    const { key } = await create({ label: 'first' });
    expect((await api<KeyList>('keys')).required).toBe(true);
    const refused = await send(undefined);
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: 16, message: /x-weir-key/ }]);
    expect((await send(key)).status).toBe(200);
    expect((await send(undefined, { 'x-weir-key': key })).status).toBe(200);
    expect((await send(`${key}x`)).status).toBe(401);
  });

  it('are shown once, and afterwards by what they are called', async () => {
    const { key, ...created } = await create({
      project: 'shop',
      label: ' web ',
      origins: ['https://Shop.example/'],
    });
    expect(key).toMatch(/^weir_[\w-]{43}$/);
    const { keys } = await api<KeyList>('keys?project=shop');
    expect(keys).toEqual([created]);
    expect(created).toMatchObject({ label: 'web', origins: ['https://shop.example'], hint: key.slice(0, 9) });
    expect(JSON.stringify(keys)).not.toContain(key);
    const { projects } = await api<ProjectList>('projects');
    expect(projects).toMatchObject([{ name: 'default' }, { name: 'shop', keys: 1 }]);
  });

  it('put what they send into their project', async () => {
    const { key, id } = await create({ project: 'apart' });
    expect((await send(key)).status).toBe(200);
    await vi.waitFor(
      async () => {
        const { rows } = await api<{ rows: unknown[] }>('streams?project=apart');
        expect(rows).toHaveLength(1);
      },
      { timeout: 20_000, interval: 100 },
    );
    const { keys } = await api<Pipeline>('pipeline?project=apart');
    expect(keys).toMatchObject([
      { id, project: 'apart', label: 'test', acceptedSpans: 1, refusedRequests: [] },
    ]);
  });

  it('are refused at once when they are revoked, and after a restart', async () => {
    const { key, id } = await create({ project: 'shop' });
    expect((await send(key)).status).toBe(200);
    const revoked = await api<IngestKey>(`keys/${id}`, 'DELETE');
    expect(revoked.revokedAt).not.toBeNull();
    const refused = await send(key);
    expect([refused.status, await refused.json()]).toMatchObject([401, { message: /revoked/ }]);
    await restart();
    expect((await send(key)).status).toBe(401);
  });

  it('that are no keys cannot be made', async () => {
    await expect(create({ origins: ['https://shop.example/path'] })).rejects.toThrow(/400.*not the origin/);
    await expect(create({ project: 'No Such' })).rejects.toThrow(/400/);
    await expect(create({ label: '  ' })).rejects.toThrow(/label/);
    await expect(api('keys/nothing', 'DELETE')).rejects.toThrow(/404/);
  });

  it('have rates: over it nothing of a request is taken, and the wait is said', async () => {
    const { key, id } = await create({ project: 'slow', spansPerSecond: 1, burstSpans: 1 });
    expect((await send(key)).status).toBe(200);
    const refused = await send(key);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(5);
    const { keys } = await api<KeyList>('keys?project=slow');
    expect(keys[0]).toMatchObject({
      id,
      volume: { acceptedSpans: 1, refusedRequests: [{ reason: 'rate_limited', requests: 1 }] },
    });
  });

  it('let the pages send that they name, and all when they name none', async () => {
    const { key } = await create({ origins: ['https://shop.example'] });
    const open = await create({});
    const from = (origin: string) => ({ origin });
    expect((await send(key, from('https://shop.example'))).status).toBe(200);
    expect((await send(key, from('https://evil.example'))).status).toBe(403);
    expect((await send(open.key, from('https://evil.example'))).status).toBe(200);
    expect((await send(key)).status).toBe(200);
  });
});

describe('npm run keys', () => {
  const script = fileURLToPath(new URL('../../../scripts/keys.ts', import.meta.url));
  const command = async (...args: string[]) => {
    const env = { ...process.env, WEIR_PORT: new URL(url()).port, WEIR_DASHBOARD_PASSWORD: password };
    return (await promisify(execFile)(process.execPath, [script, ...args], { env })).stdout.trim();
  };

  it('creates a key that counts, lists it and revokes it', async () => {
    const key = await command('create', '--project', 'terminal', '--label', 'made here');
    expect((await send(key)).status).toBe(200);
    const [id] = /^\w{12}(?= .*made here)/m.exec(await command('list', '--project', 'terminal')) ?? [];
    await command('revoke', id ?? '');
    expect((await send(key)).status).toBe(401);
  });
});

describe('beyond loopback', () => {
  it('a key that was created before is enough', async () => {
    await restart({ WEIR_HOST: '0.0.0.0' });
    expect((await send(undefined)).status).toBe(401);
  });

  it('a key in ClickHouse is enough when what was known of it is gone', async () => {
    await running?.close();
    await rm(join(directory, 'ingest-keys.json'));
    await start({ WEIR_HOST: '0.0.0.0' });
    expect((await send(undefined)).status).toBe(401);
  });

  it('nothing starts without a key', async () => {
    const { keys } = await api<KeyList>('keys');
    for (const { id, revokedAt } of keys) if (revokedAt === null) await api(`keys/${id}`, 'DELETE');
    await running?.close();
    running = undefined;
    const starting = start({ WEIR_HOST: '0.0.0.0' });
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(/WEIR_INGEST_KEY/);
  });
});
