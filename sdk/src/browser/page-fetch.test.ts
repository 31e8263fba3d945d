import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EndedCall, observePageFetch } from './page-fetch.ts';
import { createPageKnowledge } from './page-knowledge.ts';
import { pageRequestFacts } from './page-request.ts';
import type { PageOptions } from './start.ts';

const origin = 'https://shop.example';
const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const traceparent = `00-${context.traceId}-${context.spanId}-01`;
const answer =
  'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const streamed = () => new Response(answer, { headers: { 'content-type': 'text/event-stream' } });
const json = () => Response.json({ ok: true });
const post = { method: 'POST', body: '{"model":"gpt-4.1","messages":[]}' };

beforeEach(() => {
  vi.stubGlobal('document', { baseURI: `${origin}/chat`, visibilityState: 'visible' });
  vi.stubGlobal('location', { origin });
});
afterEach(() => vi.unstubAllGlobals());

/** A page whose calls are answered by `respond`. */
function open(respond: () => Response | Promise<Response>, options: Partial<PageOptions> = {}) {
  const ended: EndedCall[] = [];
  const bugs: unknown[] = [];
  const sent: Headers[] = [];
  const asked: unknown[] = [];
  const { fetch, endAll } = observePageFetch(
    (input, init) => {
      sent.push(new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined)));
      return Promise.resolve(respond());
    },
    {
      options: { endpoint: '', service: '', ...options },
      knowledge: createPageKnowledge([], [/\/api\/chat$/]),
      requestFacts(body) {
        asked.push(body);
        return pageRequestFacts(body);
      },
      clock: () => 0,
      now: () => 0,
      createContext: () => context,
      onEnd: (call) => ended.push(call),
      onBug: (bug) => bugs.push(bug),
    },
  );
  return { fetch, endAll, ended, bugs, sent, asked };
}

test.each([
  ['its own origin', '/api/chat', {}, traceparent],
  [
    'an origin that is listed',
    'https://api.example/api/chat',
    { propagateTo: ['https://api.example'] },
    traceparent,
  ],
  ['any other origin', 'https://api.example/api/chat', {}, null],
  ['a path that nobody knows', '/orders', {}, null],
])('a call to %s carries the trace where it may', async (_name, url, options, expected) => {
  const page = open(streamed, options);
  await page.fetch(url, post);
  expect(page.sent[0]?.get('traceparent')).toBe(expected);
});

test('headers of the application stay, and its own trace wins', async () => {
  const page = open(streamed);
  await page.fetch(new Request(`${origin}/api/chat`, { ...post, headers: { 'x-a': '1' } }));
  expect(page.sent[0]?.get('x-a')).toBe('1');
  expect(page.sent[0]?.get('traceparent')).toBe(traceparent);
  await page.fetch('/api/chat', { ...post, headers: { traceparent: 'mine' } });
  expect(page.sent[1]?.get('traceparent')).toBe('mine');
});

test('a stream at any path counts once it streams, with its model', async () => {
  const page = open(streamed);
  const response = await page.fetch('/turns', post);
  expect(await response.text()).toBe(answer);
  expect(page.ended).toHaveLength(1);
  expect(page.ended[0]?.facts).toMatchObject({
    reason: 'completed',
    model: 'gpt-4.1',
    serverAddress: 'shop.example',
    serverPort: 443,
  });
});

test('every other call passes untouched, and its body is not read', async () => {
  const page = open(json);
  const response = await page.fetch('/orders', post);
  expect(await response.json()).toEqual({ ok: true });
  await page.fetch('/orders');
  page.endAll({ kind: 'page_closed' });
  expect(page.ended).toEqual([]);
  expect(page.asked).toEqual([]);
});

test('a page that goes away ends what is open, once', async () => {
  const page = open(
    () => new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
  );
  const response = await page.fetch('/api/chat', post);
  void response.body?.getReader().read();
  page.endAll({ kind: 'page_closed' });
  page.endAll({ kind: 'page_closed' });
  expect(page.ended.map(({ facts }) => facts.reason)).toEqual(['page_closed']);
});

test('what the application says of a call is told with it', async () => {
  const link = { context, attributes: {} };
  const page = open(streamed, {
    user: () => ({ hash: 'h' }),
    session: () => 's',
    conversation: ({ model }) => `about ${model}`,
    dimensions: { plan: 'free' },
    request: () => ({ requestId: 'r', attempt: 2, links: [link] }),
    network: () => ({ country: 'NL' }),
  });
  await (await page.fetch('/api/chat', post)).text();
  expect(page.ended[0]).toMatchObject({
    facts: {
      userHash: 'h',
      sessionId: 's',
      conversationId: 'about gpt-4.1',
      requestId: 'r',
      attempt: 2,
      country: 'NL',
    },
    dimensions: { plan: 'free' },
    links: [link],
  });
});

test('a callback that throws says nothing, and the page does not notice', async () => {
  const page = open(streamed, {
    session() {
      throw new RangeError('a bug of the application');
    },
  });
  expect(await (await page.fetch('/api/chat', post)).text()).toBe(answer);
  expect(page.bugs).toHaveLength(1);
  expect(page.ended[0]?.facts.reason).toBe('completed');
});

test('an error of the call is passed on as it is', async () => {
  const error = new TypeError('Failed to fetch');
  const page = open(() => {
    throw error;
  });
  await expect(async () => page.fetch('/api/chat', post)).rejects.toBe(error);
  expect(page.ended[0]?.facts).toMatchObject({ reason: 'connect_error', stage: 'connect' });
});

test('a fetch that is observed twice gives one span', async () => {
  const inner = open(streamed);
  const outer = observePageFetch(inner.fetch, {
    options: { endpoint: '', service: '' },
    knowledge: createPageKnowledge([], [/\/api\/chat$/]),
    requestFacts: pageRequestFacts,
    clock: () => 0,
    now: () => 0,
    createContext: () => context,
    onEnd: (call) => inner.ended.push(call),
    onBug: () => undefined,
  });
  await (await outer.fetch('/api/chat', post)).text();
  expect(inner.ended).toHaveLength(1);
});
