import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { factOf, recordSpans } from '../testing/recorded-spans.ts';
import { observeFetch } from './observe-fetch.ts';

const answer =
  'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(400)}` } };
const body = JSON.stringify({
  model: 'mistral-large-latest',
  stream: true,
  messages: [{ role: 'user', content: [image] }],
});

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
let server: Server;
let url: string;
let received: { readonly body: string; readonly length: string | undefined }[] = [];

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    received.push({ body: Buffer.concat(chunks).toString(), length: request.headers['content-length'] });
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
});
beforeEach(() => {
  received = [];
});
afterAll(() => {
  server.close();
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

const asked = (more: RequestInit = {}) =>
  new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json' }, ...more });

test('the body of a Request tells what was asked for, and is sent as it would have been', async () => {
  await (await fetch(asked())).text();
  const spans = recordSpans();
  const response = await observeFetch(fetch, spans)(asked());
  expect(await response.text()).toBe(answer);
  expect(received[1]).toEqual(received[0]);

  const [span] = await spans.waitFor(1);
  expect(span?.name).toBe('chat mistral-large-latest');
  expect(factOf(span, 'model')).toBe('mistral-large-latest');
  expect(factOf(span, 'attachmentClass')).toBe('image');
  expect(factOf(span, 'attachmentBytes')).toBe(300);
});

test('a body that was read before fails as it would have', async () => {
  const used = asked();
  await used.text();
  const spans = recordSpans();
  await expect(observeFetch(fetch, spans)(used)).rejects.toThrow(TypeError);
  expect(await spans.waitFor(1)).toHaveLength(1);
});

test('a call that is aborted at once leaves nothing unhandled', async () => {
  const spans = recordSpans();
  const call = observeFetch(fetch, spans)(asked({ signal: AbortSignal.abort() }));
  await expect(call).rejects.toThrow('aborted');
  const [span] = await spans.waitFor(1);
  expect(factOf(span, 'reason')).toBe('client_abort');
});
