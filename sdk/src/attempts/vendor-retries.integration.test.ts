import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { createSimulator, type Simulator, simulatorHeaders } from '@weir/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { observeFetch } from '../fetch/observe-fetch.ts';
import { resilientFetch } from '../resilience/resilient-fetch.ts';
import { attemptsByRequest } from '../testing/attempt-spans.ts';
import { createManualTiming } from '../testing/manual-timing.ts';
import { factOf, recordSpans } from '../testing/recorded-spans.ts';

const spans = recordSpans();
const fetch = observeFetch(globalThis.fetch, { tracerProvider: spans.tracerProvider });
const messages = [{ role: 'user' as const, content: 'hello' }];
let simulator: Simulator;
let key = 0;

beforeAll(async () => {
  simulator = await createSimulator({ timing: { headersMs: 1, ttftMs: 2, gapMs: 1, chunks: 5 } });
});
afterAll(() => simulator.close());
beforeEach(() => {
  spans.reset();
  key++;
});

type FaultName = 'http_500' | 'http_400_bad_request' | 'reset_before_headers' | 'http_429_rate_limit';

async function askOpenai(client: OpenAI, fault: FaultName, times?: number): Promise<void> {
  const headers = simulatorHeaders({ fault, times, key: `k${key}`, retryAfterSeconds: 0.01 });
  const stream = await client.chat.completions.create(
    { model: 'gpt-4.1', stream: true, messages },
    { headers },
  );
  for await (const _chunk of stream);
}

function openai(maxRetries: number, given = fetch): OpenAI {
  return new OpenAI({
    apiKey: 'none',
    baseURL: `${simulator.url}/v1`,
    fetch: given,
    maxRetries,
    logLevel: 'off',
  });
}

const retriedOnce = (reason: string) => [
  [
    { reason, attempt: 1, final: undefined, link: undefined },
    { reason: 'completed', attempt: 2, final: true, link: 'retry_of 1' },
  ],
];

describe("a client library's own retries", () => {
  test.each([
    ['http_429_rate_limit', 'rate_limited'],
    ['reset_before_headers', 'connect_error'],
  ] as const)('of openai after %s are one request', async (fault, reason) => {
    await askOpenai(openai(2), fault, 1);
    expect(await attemptsByRequest(spans, 2)).toEqual(retriedOnce(reason));
    expect(spans.all().map((span) => factOf(span, 'resendCount'))).toEqual([undefined, 1]);
  });

  test('of @anthropic-ai/sdk are too', async () => {
    const client = new Anthropic({ apiKey: 'none', baseURL: simulator.url, fetch, maxRetries: 2 });
    const headers = simulatorHeaders({
      fault: 'http_429_rate_limit',
      times: 1,
      key: `k${key}`,
      retryAfterSeconds: 0,
    });
    const stream = client.messages.stream(
      { model: 'claude-sonnet-5', max_tokens: 500, messages },
      { headers },
    );
    await stream.finalText();
    expect(await attemptsByRequest(spans, 2)).toEqual(retriedOnce('rate_limited'));
  });

  test('leave open which attempt was the last one when all fail: nobody but the library knows', async () => {
    await expect(askOpenai(openai(1), 'http_429_rate_limit')).rejects.toThrow();
    expect(await attemptsByRequest(spans, 2)).toEqual([
      [
        { reason: 'rate_limited', attempt: 1, final: undefined, link: undefined },
        { reason: 'rate_limited', attempt: 2, final: undefined, link: 'retry_of 1' },
      ],
    ]);
  });

  test('of many requests at once are told apart', async () => {
    const ask = async (content: string) => {
      const headers = simulatorHeaders({ fault: 'reset_before_headers', times: 1, key: `${key} ${content}` });
      const body = { model: 'gpt-4.1', messages: [{ role: 'user' as const, content }] };
      await openai(1).chat.completions.create(body, { headers });
    };
    await Promise.all(['one', 'two', 'three', 'four'].map(ask));
    const requests = await attemptsByRequest(spans, 8);
    expect(requests.map((attempts) => attempts.map(({ link }) => link))).toEqual(
      Array.from({ length: 4 }, () => [undefined, 'retry_of 1']),
    );
  });
});

test('a retry of something that was not seen to fail is linked to nothing', async () => {
  const send = async (count: string) => {
    const body = JSON.stringify({ model: 'gpt-4.1', stream: true, messages });
    const headers = { 'x-stainless-retry-count': count };
    const response = await fetch(`${simulator.url}/v1/chat/completions`, { method: 'POST', headers, body });
    await response.text();
  };
  await send('0');
  await send('1');
  const [, second] = await spans.waitFor(2);
  expect(second?.links).toEqual([]);
  expect(factOf(second, 'attempt')).toBe(2);
  expect(factOf(second, 'requestId')).toBeUndefined();
});

describe('a call that nothing follows', () => {
  test('is no request of several attempts', async () => {
    await expect(askOpenai(openai(0), 'http_400_bad_request')).rejects.toThrow();
    const stream = await openai(0).chat.completions.create({ model: 'gpt-4.1', stream: true, messages });
    for await (const _chunk of stream);
    for (const span of await spans.waitFor(2)) {
      expect(span.links).toEqual([]);
      expect(factOf(span, 'requestId')).toBeUndefined();
      expect(factOf(span, 'finalAttempt')).toBeUndefined();
      expect(factOf(span, 'attempt')).toBe(1);
    }
  });
});

test('retries of a library over those of a policy are attempts of one request', async () => {
  const client = openai(1, resilientFetch(fetch, { maxAttempts: 2, timing: createManualTiming() }));
  await askOpenai(client, 'http_429_rate_limit', 3);
  expect(await attemptsByRequest(spans, 4)).toEqual([
    [
      { reason: 'rate_limited', attempt: 1, final: false, link: undefined },
      { reason: 'rate_limited', attempt: 2, final: undefined, link: 'retry_of 1' },
      { reason: 'rate_limited', attempt: 3, final: false, link: 'retry_of 2' },
      { reason: 'completed', attempt: 4, final: true, link: 'retry_of 3' },
    ],
  ]);
});

test('an answer that asks not to be asked again is final: the client heeds it', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'x-should-retry': 'false' });
    response.end(JSON.stringify({ error: { message: 'The server is overloaded', type: 'server_error' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const client = new OpenAI({ apiKey: 'none', baseURL, fetch, maxRetries: 2, logLevel: 'off' });
  await expect(client.chat.completions.create({ model: 'gpt-4.1', stream: true, messages })).rejects.toThrow(
    '503',
  );
  server.close();
  const [span, ...others] = await spans.waitFor(1);
  expect(others).toEqual([]);
  // Nothing says that it may be followed by another attempt.
  expect([factOf(span, 'requestId'), factOf(span, 'finalAttempt')]).toEqual([undefined, undefined]);
});
