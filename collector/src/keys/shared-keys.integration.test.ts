import type { CreatedKey, IngestKey } from '@weir/schemas/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findEmbeddedServer } from '../clickhouse/attached-server.ts';
import { startTemporaryEngine, type TemporaryEngine } from '../clickhouse/testing/temporary-engine.ts';
import { requestBody } from '../receive/testing/read-spans.ts';
import { type ClickHouseGate, openClickHouseGate } from '../testing/chaos/clickhouse-gate.ts';
import { startTemporaryCollector, type TemporaryCollector } from '../testing/temporary-collector.ts';

/** Two collectors on one ClickHouse, which can be taken away from the second. */
let clickhouse: TemporaryEngine;
let gate: ClickHouseGate;
let one: TemporaryCollector;
let other: TemporaryCollector;

const patience = { timeout: 30_000, interval: 100 };

beforeAll(async () => {
  clickhouse = await startTemporaryEngine();
  const address = await findEmbeddedServer(clickhouse.dataDir, async () => true);
  if (address === undefined) throw new Error('the engine has no address');
  gate = await openClickHouseGate(address.url);
  const { username = '', password = '' } = address;
  const start = (url: string) =>
    startTemporaryCollector({
      CLICKHOUSE_URL: url,
      CLICKHOUSE_USER: username,
      CLICKHOUSE_PASSWORD: password,
    });
  one = await start(address.url);
  other = await start(gate.url);
}, 120_000);

afterAll(async () => {
  gate.state = 'open';
  await Promise.all([one?.dispose(), other?.dispose()]);
  await gate?.close();
  await clickhouse?.dispose();
}, 60_000);

async function statusOf({ collector }: TemporaryCollector, key: string): Promise<number> {
  const response = await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: new Uint8Array(requestBody({ spans: [{ attributes: { 'gen_ai.system': 'openai' } }] })),
  });
  return response.status;
}

async function change<T>({ collector }: TemporaryCollector, method: string, path: string, body?: unknown) {
  const response = await fetch(`${collector.url}/api/v1/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return { status: response.status, answer: (await response.json()) as T };
}

const create = async (where: TemporaryCollector, label: string) =>
  (await change<CreatedKey>(where, 'POST', 'keys', { label })).answer;

describe('collectors that share a ClickHouse', () => {
  it('share its keys: one that is created or revoked at one of them counts at all of them', async () => {
    const { key, id } = await create(one, 'everywhere');
    await vi.waitFor(async () => expect(await statusOf(other, 'weir_wrong')).toBe(401), patience);
    expect(await statusOf(other, key)).toBe(200);
    await change<IngestKey>(other, 'DELETE', `keys/${id}`);
    expect(await statusOf(other, key)).toBe(401);
    await vi.waitFor(async () => expect(await statusOf(one, key)).toBe(401), patience);
  });

  it('take spans with the keys they know while ClickHouse is away, and say that none can be made', async () => {
    const { key, id } = await create(other, 'through an outage');
    gate.state = 'down';
    const refused = await change<{ message: string }>(other, 'POST', 'keys', { label: 'not now' });
    expect([refused.status, refused.answer.message]).toEqual([503, expect.stringMatching(/ClickHouse/)]);
    expect(await statusOf(other, key)).toBe(200);
    expect(await statusOf(other, 'weir_wrong')).toBe(401);
    gate.state = 'open';
    await vi.waitFor(
      async () => expect((await change(other, 'DELETE', `keys/${id}`)).status).toBe(200),
      patience,
    );
    expect(await statusOf(other, key)).toBe(401);
  });
});
