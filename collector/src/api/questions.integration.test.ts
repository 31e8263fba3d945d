import type { ClickHouseClient } from '@clickhouse/client';
import {
  Breakdown,
  DimensionValues,
  Gaps,
  StreamAnswer,
  StreamPage,
  Summary,
  Timeseries,
} from '@weir/schemas/api';
import Fastify, { type FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateStreams } from '../query/testing/generated-streams.ts';
import { type StreamsTable, startStreamsTable } from '../query/testing/streams-table.ts';
import { questionRoutes } from './questions.ts';

const fromMs = Date.parse('2026-03-01T12:00:00Z');
const toMs = fromMs + 3_600_000;
const records = generateStreams({ seed: 3, count: 800, fromMs, toMs });

let table: StreamsTable;
let app: FastifyInstance;

beforeAll(async () => {
  table = await startStreamsTable();
  await table.insert(records);
  app = Fastify();
  const database = { client: () => table.database.client(), ready: true };
  await app.register(questionRoutes({ database, now: () => toMs }), { prefix: '/api/v1' });
});

afterAll(async () => {
  await app?.close();
  await table?.dispose();
});

async function get(path: string, headers: Record<string, string> = {}) {
  return app.inject({ url: `/api/v1${path}`, headers });
}

const example = records.find(({ project, requestId }) => project === 'default' && requestId !== '');

describe('the query API answers in the shape of its contract', () => {
  it.each([
    ['/summary', Summary],
    ['/timeseries', Timeseries],
    ['/timeseries?by=model&limit=2&buckets=7', Timeseries],
    ['/breakdown?by=attachment&sort=failureRate', Breakdown],
    ['/breakdown?by=dimension.team', Breakdown],
    ['/streams?limit=3', StreamPage],
    ['/streams?search=nothing', StreamPage],
    [`/streams/${example?.traceId}/${example?.spanId}`, StreamAnswer],
    ['/dimensions/model/values?search=gpt', DimensionValues],
    ['/gaps?limit=3', Gaps],
    ['/summary?from=2020-01-01&to=2020-01-02', Summary],
    ['/gaps?from=2020-01-01&to=2020-01-02', Gaps],
    ['/timeseries?from=2020-01-01&to=2020-01-02&by=model', Timeseries],
  ])('%s', async (path, schema) => {
    const response = await get(path);
    expect(response.statusCode).toBe(200);
    expect([...Value.Errors(schema, response.json())]).toEqual([]);
  });

  it('loses nothing on the way to JSON', async () => {
    const { stream } = (await get(`/streams/${example?.traceId}/${example?.spanId}`)).json();
    expect(stream).toMatchObject({
      model: example?.model,
      customDimensions: example?.customDimensions,
      userHash: example?.userHash,
    });
    const { rows } = (await get('/breakdown?by=model&filter=outcome:failed&filter=!network:wifi')).json();
    expect(rows[0]).toMatchObject({ failureRate: 1, previous: { streams: 0, failureRate: null } });
  });

  it('pages through the list by its cursor', async () => {
    const whole = (await get('/streams?limit=20')).json();
    const first = (await get('/streams?limit=10')).json();
    const second = (await get(`/streams?limit=10&cursor=${first.nextCursor}`)).json();
    expect([...first.rows, ...second.rows]).toEqual(whole.rows);
  });

  it('looks 30 days back for an id unless told otherwise', async () => {
    const { from, to } = (await get('/streams?search=x')).json();
    expect(Date.parse(to) - Date.parse(from)).toBe(30 * 86_400_000);
  });
});

describe('CSV', () => {
  it.each([
    ['/breakdown?by=model&format=csv', {}],
    ['/breakdown?by=model', { accept: 'text/csv' }],
    ['/timeseries?by=model&format=csv', {}],
    ['/streams?format=csv', {}],
  ])('of %s %o has as many cells in every line', async (path, headers) => {
    const response = await get(path, headers);
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(response.headers['content-disposition']).toMatch(/^attachment; filename="weir-[\w.-]+\.csv"$/);
    const [header, ...lines] = cells(response.body);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toHaveLength(header?.length ?? 0);
  });

  it('holds the figures of the JSON', async () => {
    const { rows } = (await get('/breakdown?by=model')).json();
    const [header = [], ...lines] = cells((await get('/breakdown?by=model&format=csv')).body);
    const column = (name: string) => lines.map((line) => line[header.indexOf(name)]);
    expect(column('model')).toEqual(
      rows.map(({ key }: { key: string }) => key.replace(/^(?=[=+\-@\t\r])/, "'")),
    );
    expect(column('streams').map(Number)).toEqual(rows.map(({ streams }: { streams: number }) => streams));
  });
});

describe('what cannot be answered gets a sentence', () => {
  it.each([
    ['/summary?from=yesterday', 'invalid-range', 'ISO 8601'],
    ['/summary?from=2026-03-02', 'invalid-range', 'ends before it begins'],
    ['/breakdown?by=modle', 'unknown-dimension', 'Use one of model, attachment, network'],
    ['/timeseries?by=modle', 'unknown-dimension', 'Use one of model'],
    ['/dimensions/modle/values', 'unknown-dimension', 'Use one of model'],
    ['/summary?filter=model', 'invalid-filter', 'dimension:value'],
    ['/streams?cursor=abc', 'invalid-cursor', 'nextCursor'],
    [
      '/summary?filters=model:gpt-5',
      'invalid-request',
      'There is no parameter filters. Use project, from, to, filter.',
    ],
    ['/streams?by=model', 'invalid-request', 'Use project, from, to, filter, format, limit, cursor, search.'],
    ['/streams/x/y?from=1', 'invalid-request', 'Use project.'],
  ])('%s', async (path, code, words) => {
    const response = await get(path);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('a stream that does not exist', async () => {
    const response = await get(`/streams/${'0'.repeat(32)}/${'0'.repeat(16)}`);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code: 'not-found', message: expect.stringContaining('older') });
  });

  it.each([
    '/breakdown',
    '/breakdown?by=model&limit=0',
    '/streams?limit=10001',
    '/timeseries?buckets=1e9',
    '/streams/x/y',
  ])('%s is refused by its schema', async (path) => {
    expect((await get(path)).statusCode).toBe(400);
  });
});

describe('a client that goes away', () => {
  it('takes its question with it', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const silent = {
      query: ({ abort_signal }: { abort_signal: AbortSignal }) => {
        asked.resolve(abort_signal);
        return new Promise((_, reject) => {
          abort_signal.addEventListener('abort', () => reject(abort_signal.reason));
        });
      },
    } as unknown as ClickHouseClient;
    const slow = Fastify();
    const database = { client: () => silent, ready: true };
    await slow.register(questionRoutes({ database, now: () => toMs }));
    const address = await slow.listen({ port: 0, host: '127.0.0.1' });
    const leaving = new AbortController();
    const answer = expect(fetch(`${address}/gaps`, { signal: leaving.signal })).rejects.toThrow();
    const signal = await asked.promise;
    const ended = new Promise((resolve) => signal.addEventListener('abort', resolve));
    leaving.abort();
    await Promise.all([answer, ended]);
    await slow.close();
  });
});

/** Reads RFC 4180 text. */
function cells(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') lines.push([]);
  }
  return lines.slice(0, -1);
}
