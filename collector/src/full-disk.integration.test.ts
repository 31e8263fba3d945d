import type { Pipeline } from '@weir/schemas/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findEmbeddedServer } from './clickhouse/attached-server.ts';
import { startTemporaryEngine, type TemporaryEngine } from './clickhouse/testing/temporary-engine.ts';
import { requestBody } from './receive/testing/read-spans.ts';
import { type ClickHouseGate, openClickHouseGate } from './testing/chaos/clickhouse-gate.ts';
import { startTemporaryCollector, type TemporaryCollector } from './testing/temporary-collector.ts';

const SPANS = 200;
const PATIENCE = { timeout: 60_000, interval: 100 };

let clickhouse: TemporaryEngine;
let gate: ClickHouseGate;
let running: TemporaryCollector;
beforeAll(async () => {
  clickhouse = await startTemporaryEngine();
  const address = await findEmbeddedServer(clickhouse.dataDir, async () => true);
  if (address === undefined) throw new Error('the engine has no address');
  gate = await openClickHouseGate(address.url);
  running = await startTemporaryCollector({
    CLICKHOUSE_URL: gate.url,
    CLICKHOUSE_USER: address.username ?? '',
    CLICKHOUSE_PASSWORD: address.password ?? '',
    WEIR_SPOOL_MAX_BYTES: String(1 << 20),
  });
}, 120_000);
afterAll(async () => {
  await running?.dispose();
  await gate?.close();
  await clickhouse?.dispose();
}, 60_000);

let sent = 0;

/** Sends spans that nobody has sent before. */
async function send(): Promise<{ answer: Response; ids: string[] }> {
  const at = BigInt(Date.now()) * 1_000_000n;
  const ids = Array.from({ length: SPANS }, () => (++sent).toString(16).padStart(16, '0'));
  const spans = ids.map((spanId) => ({
    attributes: { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-5' },
    raw: { spanId, startTimeUnixNano: String(at - 1_000_000n), endTimeUnixNano: String(at) },
  }));
  const answer = await fetch(`${running.collector.url}/v1/traces`, {
    method: 'POST',
    body: new Uint8Array(requestBody({ spans })),
    headers: { 'content-type': 'application/json' },
  });
  return { answer, ids };
}

const pipeline = () => running.ask<Pipeline>('/pipeline');

function command(query: string): Promise<unknown> {
  return clickhouse.engine.client().command({ query });
}

/** How often each span is stored. */
async function stored(): Promise<Map<string, number>> {
  const answer = await clickhouse.engine.client().query({
    query: 'SELECT lower(hex(span_id)) AS id, toFloat64(count()) AS times FROM streams GROUP BY id',
    format: 'JSONEachRow',
  });
  const rows = await answer.json<{ id: string; times: number }>();
  return new Map(rows.map(({ id, times }) => [id, times]));
}

interface Trouble {
  begin(): unknown;
  end(): unknown;
}

const setting = (name: string, value: string): Trouble => ({
  begin: () => command(`ALTER TABLE streams MODIFY SETTING ${name} = ${value}`),
  end: () => command(`ALTER TABLE streams RESET SETTING ${name}`),
});
const gateState = (state: ClickHouseGate['state']): Trouble => ({
  begin: () => {
    gate.state = state;
  },
  end: () => {
    gate.state = 'open';
  },
});

const troubles: [name: string, trouble: Trouble][] = [
  ['is gone', gateState('down')],
  ['is read-only', gateState('read_only')],
  ['has too many parts', setting('parts_to_throw_insert', '1')],
  ['is out of disk', setting('min_free_disk_bytes_to_perform_insert', '1000000000000000')],
];

describe.each(troubles)('while ClickHouse %s', (_name, trouble) => {
  it('spans are acknowledged until the spool is full, then refused, and none is lost or stored twice', async () => {
    const acknowledged: string[] = [];
    const first = await send();
    expect(first.answer.status).toBe(200);
    acknowledged.push(...first.ids);
    await vi.waitFor(async () => expect((await pipeline()).spool.segments).toBe(0), PATIENCE);
    await trouble.begin();
    const refusedBefore = await spoolFull();

    let refused: Response | undefined;
    for (let requests = 0; refused === undefined && requests < 200; requests += 1) {
      const { answer, ids } = await send();
      if (answer.status === 200) acknowledged.push(...ids);
      else refused = answer;
    }
    // A bound of a megabyte is a good thousand of these.
    expect(acknowledged.length).toBeGreaterThan(1_000);
    expect(refused?.status).toBe(503);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(5);
    expect(await spoolFull()).toBe(refusedBefore + 1);
    expect((await pipeline()).spool.bytes).toBeLessThanOrEqual(1 << 20);

    // It is ClickHouse that does not take them, and not that they came faster than it does.
    await vi.waitFor(async () => expect((await pipeline()).spool.oldestSeconds).toBeGreaterThan(2), PATIENCE);

    await trouble.end();
    await vi.waitFor(async () => {
      const { answer, ids } = await send();
      if (answer.status === 200) acknowledged.push(...ids);
      expect(answer.status).toBe(200);
    }, PATIENCE);
    await vi.waitFor(async () => expect((await pipeline()).spool.segments).toBe(0), PATIENCE);
    const { setAside, isFailing } = (await pipeline()).spool;
    expect({ setAside, isFailing }).toEqual({ setAside: 0, isFailing: false });
    const times = await stored();
    expect(acknowledged.filter((id) => times.get(id) !== 1)).toEqual([]);
  });
});

it('what was refused was not stored', async () => {
  const times = [...(await stored()).values()];
  expect(times.filter((count) => count > 1)).toEqual([]);
  const { acceptedSpans } = await pipeline();
  expect(times.length).toBe(acceptedSpans);
});

async function spoolFull(): Promise<number> {
  const { refusedRequests } = await pipeline();
  return refusedRequests.find(({ reason }) => reason === 'spool_full')?.requests ?? 0;
}
