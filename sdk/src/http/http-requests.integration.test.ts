import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { createSimulator, type Simulator } from '@weir/simulator';
import axios from 'axios';
import nodeFetch from 'node-fetch';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { observeFetch } from '../fetch/observe-fetch.ts';
import { openStreams } from '../fetch/open-streams.ts';
import { observeStream } from '../observe-stream.ts';
import { behave, isCutByClock } from '../testing/behaviours.ts';
import { type ClientRow, httpRowsFor } from '../testing/client-matrix.ts';
import type { ChatClient } from '../testing/clients.ts';
import { initiatorsOf } from '../testing/fault-matrix.ts';
import { factOf, type RecordedSpans, recordSpans } from '../testing/recorded-spans.ts';
import { httpClients } from '../testing/vendors/http.ts';
import { observeHttpRequests } from './http-requests.ts';

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
let simulator: Simulator;
let stop: () => void = () => undefined;

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  simulator = await createSimulator();
});
afterEach(() => stop());
afterAll(async () => {
  await simulator.close();
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
  expect(openStreams.size).toBe(0);
});

/** Observes all requests from now on, until the test ends. */
function observed(): RecordedSpans {
  const spans = recordSpans();
  stop = observeHttpRequests({ tracerProvider: spans.tracerProvider, stallThreshold: 0.05 });
  return spans;
}

describe.each(httpClients.map((client) => ({ client, name: client.name })))('$name', ({ client }) => {
  test.each(httpRowsFor(client))('$name', async (row) => {
    const bare = await behave(client, callOf(row), row.behaviour);
    const spans = observed();
    const seen = await behave(client, callOf(row), row.behaviour);
    expect(seen.ended).toEqual(bare.ended);
    if (!isCutByClock(row.behaviour)) expect(seen.events).toBe(bare.events);
    await expectEnding(spans, row, client);
  });
});

function callOf({ fault }: ClientRow) {
  return { url: simulator.url, fault, fetch: globalThis.fetch };
}

async function expectEnding(
  spans: RecordedSpans,
  { expected }: ClientRow,
  client: ChatClient,
): Promise<void> {
  const [span] = await spans.waitFor(1);
  const reason = factOf(span, 'reason') as TerminationReason;
  expect(expected.reasons).toContain(reason);
  expect(factOf(span, 'stage')).toBe(expected.stage);
  expect(factOf(span, 'outcome')).toBe(outcomeOf(reason));
  expect(expected.initiators ?? initiatorsOf(reason)).toContain(factOf(span, 'initiator'));
  expect(factOf(span, 'protocol')).toBe(client.protocol);
  expect(factOf(span, 'model')).toMatch(/^gpt/);
  expect(await spans.waitFor(2, 20)).toHaveLength(1);
}

const answer =
  'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n' +
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const asked = JSON.stringify({ model: 'gpt-4.1', stream: true, messages: [] });

async function withServer<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer((incoming, response) => {
    incoming.resume();
    listener(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a compressed answer', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('in %s is read as what it says, and reaches the application as it came', async (encoding, compress) => {
    const bytes = compress(Buffer.from(answer));
    const headers = { 'content-type': 'text/event-stream', 'content-encoding': encoding };
    await withServer(
      (_, response) => void response.writeHead(200, headers).end(bytes),
      async (url) => {
        const spans = observed();
        const read = await post(`${url}/v1/chat/completions`);
        expect(Buffer.concat(read)).toEqual(bytes);
        const [span] = await spans.waitFor(1);
        expect(factOf(span, 'reason')).toBe('completed');
        expect(factOf(span, 'chunks')).toBe(1);
      },
    );
  });

  test('that is corrupt is malformed', async () => {
    const bytes = gzipSync(Buffer.from(answer));
    bytes.fill(0xff, 12);
    const headers = { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' };
    await withServer(
      (_, response) => void response.writeHead(200, headers).end(bytes),
      async (url) => {
        const spans = observed();
        await post(`${url}/v1/chat/completions`);
        const [span] = await spans.waitFor(1);
        expect(factOf(span, 'reason')).toBe('malformed');
      },
    );
  });
});

describe('exactly one span', () => {
  const axiosOptions = { adapter: 'http', responseType: 'stream' } as const;

  test('for a call whose stream is observed as well, decompressed by a library or not', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const bytes = encoding === 'gzip' ? gzipSync(Buffer.from(answer)) : answer;
      const headers = { 'content-type': 'text/event-stream', 'content-encoding': encoding };
      await withServer(
        (_, response) => void response.writeHead(200, headers).end(bytes),
        async (url) => {
          const spans = observed();
          const { data } = await axios.post(`${url}/v1/chat/completions`, asked, axiosOptions);
          for await (const _ of observeStream(data as AsyncIterable<unknown>, spans));
          await spans.waitFor(1);
          expect(await spans.waitFor(2, 20)).toHaveLength(1);
          stop();
        },
      );
    }
  });

  test('for an observed fetch that sends by node:http, with the body that it gives', async () => {
    const spans = observed();
    const fetch = observeFetch(nodeFetch as unknown as typeof globalThis.fetch, spans);
    const url = `${simulator.url}/v1/chat/completions`;
    const response = await fetch(url, { method: 'POST', body: asked });
    for await (const _ of response.body as AsyncIterable<unknown>);
    const [span] = await spans.waitFor(1);
    expect(factOf(span, 'reason')).toBe('completed');
    expect(await spans.waitFor(2, 20)).toHaveLength(1);
  });

  test('for a call that is redirected', async () => {
    await withServer(
      ({ url }, response) => {
        if (url === '/v1/chat/completions')
          response.writeHead(307, { location: '/there/v1/chat/completions' }).end();
        else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
      },
      async (url) => {
        const spans = observed();
        const response = await nodeFetch(`${url}/v1/chat/completions`, { method: 'POST', body: asked });
        expect(await response.text()).toBe(answer);
        const [span] = await spans.waitFor(1);
        expect(factOf(span, 'reason')).toBe('completed');
        expect(await spans.waitFor(2, 20)).toHaveLength(1);
      },
    );
  });
});

test('a server that cannot be reached is a failed call', async () => {
  const url = await withServer(
    () => undefined,
    async (address) => address,
  );
  const spans = observed();
  await expect(post(`${url}/v1/chat/completions`)).rejects.toThrow('ECONNREFUSED');
  const [span] = await spans.waitFor(1);
  expect([factOf(span, 'reason'), factOf(span, 'stage')]).toEqual(['connect_error', 'connect']);
});

test('an answer that breaks off is told although its reader listens for data alone', async () => {
  const start = 'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n';
  await withServer(
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(start);
      setTimeout(() => response.destroy(), 20);
    },
    async (url) => {
      const spans = observed();
      const sent = request(`${url}/v1/chat/completions`, { method: 'POST' });
      const closed = new Promise((resolve) => {
        sent.on('response', (response) => response.on('data', () => undefined).on('close', resolve));
      });
      sent.end(asked);
      await closed;
      const [span] = await spans.waitFor(1);
      expect([factOf(span, 'reason'), factOf(span, 'stage')]).toEqual(['reset', 'streaming']);
    },
  );
});

test('calls to anything but a model are left alone', async () => {
  await withServer(
    (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    async (url) => {
      const spans = observed();
      await post(`${url}/api/orders`);
      expect(await spans.waitFor(1, 50)).toEqual([]);
    },
  );
});

test('nothing is observed any more once that is stopped', async () => {
  const spans = observed();
  stop();
  await post(`${simulator.url}/v1/chat/completions`);
  expect(await spans.waitFor(1, 50)).toEqual([]);
});

function post(url: string): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      const read: Buffer[] = [];
      response.on('data', (bytes: Buffer) => read.push(bytes));
      response.on('end', () => resolve(read));
      response.on('error', reject);
    });
    sent.write(asked.slice(0, 10));
    sent.end(asked.slice(10));
  });
}
