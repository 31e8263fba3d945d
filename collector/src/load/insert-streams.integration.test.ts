import { fileURLToPath } from 'node:url';
import { streamColumns } from '@weir/schemas/stream-record';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClickHouse } from '../clickhouse/clickhouse-client.ts';
import { clusterMacros, migrate } from '../clickhouse/migrations.ts';
import { StreamBlock, type StreamValue } from '../clickhouse/native-block.ts';
import {
  silentLogger,
  startTemporaryEngine,
  type TemporaryEngine,
} from '../clickhouse/testing/temporary-engine.ts';
import { insertStreamsWith } from './insert-streams.ts';
import { loadSegment } from './load-segment.ts';
import { countStoredRowsWith } from './stored-rows.ts';

const none = Buffer.alloc(0);
let temporary: TemporaryEngine;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
});

afterAll(() => temporary?.dispose());

function blockOf(endedAtMs: number): Buffer {
  const block = new StreamBlock();
  block.append(
    streamColumns.map(({ kind, field }) => (kind === 'time' ? endedAtMs : exampleOf(kind, field))),
  );
  return block.take();
}

function exampleOf(kind: (typeof streamColumns)[number]['kind'], field: string): StreamValue {
  if (kind === 'texts' || kind === 'counts' || kind === 'secondsList' || kind === 'histogram') return [];
  if (kind === 'map') return {};
  if (kind === 'weight') return 1;
  if (kind === 'id') return '';
  return kind === 'text' || kind === 'label' || kind === 'dimension' ? field : null;
}

describe('an insert', () => {
  const insert = insertStreamsWith(() => temporary.engine.client());
  const good = blockOf(Date.now());
  const insertOf = (token: string, ...blocks: Buffer[]) => ({
    segment: `segment-${token}`,
    token,
    records: blocks.map((block) => ({ block, rows: 1 })),
  });

  it('may be repeated while the table is not there, and is stored once it is', async () => {
    expect(await insert(insertOf('a', good))).toMatchObject({ status: 'unavailable' });
    await migrate({
      client: temporary.engine.client(),
      directory: fileURLToPath(new URL('../clickhouse/migrations', import.meta.url)),
      macros: clusterMacros(undefined),
      logger: silentLogger,
    });
    expect(await insert(insertOf('a', good))).toEqual({ status: 'stored' });
  });

  it('counts once under one token', async () => {
    for (let i = 0; i < 3; i += 1)
      expect(await insert(insertOf('b', good, good))).toEqual({ status: 'stored' });
    const answer = await temporary.engine.client().query({
      query: 'SELECT count()::UInt32 AS rows FROM streams',
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual([{ rows: 3 }]);
  });

  it('may leave out days, and gives its rows the name of their segment', async () => {
    const now = Date.now();
    const days = [now, now - 86_400_000, now - 2 * 86_400_000];
    const countStoredRows = countStoredRowsWith(() => temporary.engine.client());
    const [today = '', yesterday = ''] = days.map((ms) => new Date(ms).toISOString().slice(0, 10));
    const all = insertOf('e', ...days.map(blockOf));
    const stored = async () => Object.fromEntries(await countStoredRows('segment-e'));
    for (let time = 0; time < 2; time += 1) {
      expect(await insert({ ...all, withoutDays: [today, yesterday] })).toEqual({ status: 'stored' });
      expect(Object.values(await stored())).toEqual([1]);
    }
    const rest = { ...all, withoutDays: Object.keys(await stored()), token: 'e/1' };
    expect(await insert(rest)).toEqual({ status: 'stored' });
    expect(Object.values(await stored())).toEqual([1, 1, 1]);
  });

  it('is repeated in full although ClickHouse has its token and not its rows', async () => {
    const client = temporary.engine.client();
    const insertion = { ...insertOf('f', good, blockOf(Date.now() - 86_400_000)), token: 'segment-f' };
    expect(await insert(insertion)).toEqual({ status: 'stored' });
    // Leaves what a kill between the two leaves: the tokens.
    const removed = `DELETE FROM streams WHERE segment = 'segment-f' AND toDate(ended_at) = today()`;
    await client.command({ query: removed, clickhouse_settings: { lightweight_deletes_sync: '2' } });
    const countStoredRows = countStoredRowsWith(() => client);
    expect(await insert(insertion)).toEqual({ status: 'stored' });
    expect((await countStoredRows('segment-f')).size).toBe(1);

    const records = insertion.records.map((record) => ({ ...record, payloadHash: none, spanKeys: none }));
    const load = { segment: 'segment-f', records, earlier: 'maybe' } as const;
    expect(await loadSegment(load, { insert: (one) => insert(one), countStoredRows })).toEqual({
      status: 'loaded',
    });
    expect([...(await countStoredRows('segment-f')).values()]).toEqual([1, 1]);
  });

  it('is refused for good when its bytes are no block', async () => {
    expect(await insert(insertOf('c', good.subarray(0, -10)))).toMatchObject({ status: 'refused' });
  });

  it('may be repeated when nobody answers', async () => {
    const client = openClickHouse({ url: 'http://127.0.0.1:1' });
    const result = await insertStreamsWith(() => client)(insertOf('d', good));
    expect(result).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('ECONNREFUSED') });
    await client.close();
  });
});
