import Anthropic from '@anthropic-ai/sdk';
import { createSimulator, type FaultRequest, type Simulator, simulatorHeaders } from '@weir/simulator';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { observeFetch } from '../fetch/observe-fetch.ts';
import { attemptsByRequest } from '../testing/attempt-spans.ts';
import { createManualTiming, type ManualTiming } from '../testing/manual-timing.ts';
import { factOf, recordSpans } from '../testing/recorded-spans.ts';
import { chatPath, chatRequest, withoutIds } from '../testing/simulated-call.ts';
import { type ResilientFetchOptions, resilientFetch } from './resilient-fetch.ts';
import { createRetryBudget } from './retry-budget.ts';
import type { AttemptDecision } from './retry-policy.ts';
import { systemTiming } from './timing.ts';

let simulator: Simulator;
let timing: ManualTiming;
let decisions: AttemptDecision[];
const spans = recordSpans();
const observed = observeFetch(globalThis.fetch, { tracerProvider: spans.tracerProvider });
let key = 0;

beforeAll(async () => {
  simulator = await createSimulator({ timing: { headersMs: 2, ttftMs: 5, gapMs: 3, chunks: 12 } });
});
afterAll(() => simulator.close());
beforeEach(() => {
  key++;
  spans.reset();
  simulator.requests.clear();
  timing = createManualTiming();
  decisions = [];
});

/** Waits are over at once; what is real is the network, and the timers that watch it. */
function resilient(options: ResilientFetchOptions = {}, fetch = observed) {
  const mixed = { ...timing, after: systemTiming.after };
  return resilientFetch(fetch, { timing: mixed, onDecision: (told) => decisions.push(told), ...options });
}

function call(fetch: typeof globalThis.fetch, fault: FaultRequest, more: RequestInit = {}) {
  return fetch(simulator.url + chatPath, chatRequest({ key: `k${key}`, ...fault }, more));
}

const failsOnce = (reason: string) => [
  [
    { reason, attempt: 1, final: false, link: undefined },
    { reason: 'completed', attempt: 2, final: true, link: 'retry_of 1' },
  ],
];

describe('before the application has anything', () => {
  test.each([
    ['http_500', 'server_error'],
    ['http_overloaded', 'overloaded'],
    ['gateway_502', 'gateway_error'],
    ['reset_before_headers', 'connect_error'],
    ['close_before_headers', 'connect_error'],
    ['reset_after_headers', 'reset'],
    ['eof_after_headers', 'truncated'],
    ['error_first', 'provider_error'],
  ] as const)('%s is tried again, and the application sees only the answer', async (fault, reason) => {
    const bare = await (await call(globalThis.fetch, { fault: 'completed' })).text();
    const response = await call(resilient(), { fault, times: 1 });
    expect(response.status).toBe(200);
    expect(withoutIds(await response.text())).toBe(withoutIds(bare));
    expect(await attemptsByRequest(spans, 2)).toEqual(failsOnce(reason));
    expect(decisions).toMatchObject([{ attempt: 1, reason, decision: { status: 'retry', delayMs: 250 } }]);
    expect(timing.sleeps).toEqual([250]);
  });

  test('headers and body are those of one attempt', async () => {
    const response = await call(resilient(), { fault: 'error_first', times: 1 });
    await response.text();
    expect(response.headers.get('x-request-id')).toBe(simulator.requests.last()?.requestId);
    expect(response.url).toBe(simulator.url + chatPath);
  });

  test('Retry-After is waited for', async () => {
    await call(resilient(), { fault: 'http_429_rate_limit', retryAfterSeconds: 7, times: 1 });
    expect(timing.sleeps).toEqual([7250]);
  });

  test('Retry-After in the words of Gemini is waited for', async () => {
    const path = '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse';
    const headers = simulatorHeaders({
      fault: 'http_429_rate_limit',
      retryAfterSeconds: 7,
      times: 1,
      key: `k${key}`,
    });
    const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hello' }] }] });
    const response = await resilient()(simulator.url + path, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    expect(timing.sleeps).toEqual([7250]);
    await response.body?.cancel();
  });
});

describe('what is not repeated', () => {
  test.each([
    ['http_400_bad_request', 400],
    ['http_400_context_length', 400],
    ['http_401', 401],
    ['http_403', 403],
    ['http_404', 404],
    ['http_413', 413],
    ['http_429_quota', 429],
  ] as const)('%s reaches the application as it is', async (fault, status) => {
    const bare = await call(globalThis.fetch, { fault, seed: 3 });
    const response = await call(resilient(), { fault, seed: 3 });
    expect(response.status).toBe(status);
    expect(withoutIds(await response.text())).toBe(withoutIds(await bare.text()));
    expect(simulator.requests.entries()).toHaveLength(2);
    expect(decisions).toMatchObject([{ decision: { status: 'give_up', because: 'not_retryable' } }]);
  });

  test.each(['html_200', 'json_200'] as const)('%s neither', async (fault) => {
    const response = await call(resilient(), { fault });
    await response.text();
    expect(simulator.requests.entries()).toHaveLength(1);
  });

  test.each(['reset_in_frame', 'reset_between_frames', 'error_event', 'eof_in_frame'] as const)(
    '%s after content neither, and ends as it would',
    async (fault) => {
      const seen = async (fetch: typeof globalThis.fetch) => {
        let text = '';
        try {
          const response = await call(fetch, { fault, after: 4 });
          const decoder = new TextDecoder();
          for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
          return { text: withoutIds(text), error: undefined };
        } catch (error) {
          return { text: withoutIds(text), error: String(error) };
        }
      };
      expect(await seen(resilient())).toEqual(await seen(globalThis.fetch));
      expect(simulator.requests.entries()).toHaveLength(2);
      const [[attempt] = []] = await attemptsByRequest(spans, 1);
      expect(attempt).toMatchObject({ attempt: 1, final: true });
    },
  );

  test('calls that go to no language model', async () => {
    const response = await resilient()(`${simulator.url}/v1/nothing`);
    expect(response.status).toBe(404);
    expect(decisions).toEqual([]);
  });

  test('a body that can be read only once', async () => {
    const init = chatRequest({ fault: 'http_500', key: `k${key}`, times: 1 });
    const body = new Blob([String(init.body)]).stream();
    const response = await resilient()(simulator.url + chatPath, {
      ...init,
      body,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(500);
    expect(decisions).toMatchObject([{ decision: { status: 'give_up', because: 'not_replayable' } }]);
  });

  test('a call that the application aborts, neither while it waits nor between attempts', async () => {
    const abort = new AbortController();
    const waiting = call(resilient(), { fault: 'headers_stall' }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });

    const late = new AbortController();
    const between = resilient({ onDecision: () => late.abort() });
    await expect(call(between, { fault: 'http_500' }, { signal: late.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(simulator.requests.entries()).toHaveLength(2);
  });
});

describe('when it gives up', () => {
  test('the last answer reaches the application, and every attempt has its span', async () => {
    const response = await call(resilient({ maxAttempts: 3 }), { fault: 'http_overloaded' });
    expect(response.status).toBe(503);
    expect(await response.json()).toHaveProperty('error');
    expect(await attemptsByRequest(spans, 3)).toEqual([
      [
        { reason: 'overloaded', attempt: 1, final: false, link: undefined },
        { reason: 'overloaded', attempt: 2, final: false, link: 'retry_of 1' },
        { reason: 'overloaded', attempt: 3, final: true, link: 'retry_of 2' },
      ],
    ]);
  });

  test('the last error reaches the application', async () => {
    const bare = await call(globalThis.fetch, { fault: 'reset_before_headers' }).catch(String);
    expect(await call(resilient(), { fault: 'reset_before_headers' }).catch(String)).toBe(bare);
    expect(simulator.requests.entries()).toHaveLength(4);
  });

  test('a stream that broke before its content ends as it would', async () => {
    const response = await call(resilient(), { fault: 'reset_after_headers' });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  test('an empty budget ends the retries of every request', async () => {
    const budget = createRetryBudget({ capacity: 1 });
    const fetch = resilient({ budget });
    await call(fetch, { fault: 'http_500' });
    await call(fetch, { fault: 'http_500' });
    expect(
      decisions.map(({ decision }) => ('because' in decision ? decision.because : decision.status)),
    ).toEqual(['retry', 'budget', 'budget']);
  });
});

describe('timeouts', () => {
  const noRetry = { maxAttempts: 1 };

  test.each([
    ['headers_stall', { firstChunkSeconds: 0.2 }, 'headers_timeout', 'headers'],
    ['first_chunk_stall', { firstChunkSeconds: 0.2 }, 'first_chunk_timeout', 'first_chunk'],
    ['first_chunk_keepalive', { firstChunkSeconds: 0.2 }, 'first_chunk_timeout', 'first_chunk'],
    ['idle_stall', { idleSeconds: 0.2 }, 'idle_timeout', 'streaming'],
    ['idle_keepalive', { idleSeconds: 0.2 }, 'idle_timeout', 'streaming'],
    ['headers_stall', { totalSeconds: 0.2 }, 'total_timeout', 'headers'],
    ['idle_stall', { totalSeconds: 0.3 }, 'total_timeout', 'streaming'],
  ] as const)('%s is cut by %o as %s at %s', async (fault, timeouts, reason, stage) => {
    const clocks = { ...noRetry, timeouts, timing: systemTiming };
    const read = async () => (await call(resilient(clocks), { fault, everyMs: 30 })).text();
    await expect(read()).rejects.toMatchObject({ name: 'TimeoutError' });
    const [span, ...more] = await spans.waitFor(1);
    expect(more).toEqual([]);
    expect(factOf(span, 'reason')).toBe(reason);
    expect(factOf(span, 'stage')).toBe(stage);
    expect(factOf(span, 'initiator')).toBe('service');
    expect(factOf(span, 'finalAttempt')).toBe(true);
    expect((await simulator.requests.last()?.ended)?.by).toBe('client_closed');
  });

  test('a first chunk that does not come is asked for again', async () => {
    const timeouts = { firstChunkSeconds: 0.3 };
    const response = await call(resilient({ timeouts }), { fault: 'first_chunk_stall', times: 1 });
    expect(await response.text()).toContain('[DONE]');
    expect(await attemptsByRequest(spans, 2)).toEqual(failsOnce('first_chunk_timeout'));
  });

  test('a total that has run out is not waited beyond', async () => {
    const timeouts = { totalSeconds: 0.2 };
    await call(resilient({ timeouts, timing: systemTiming }), { fault: 'http_429_rate_limit' });
    expect(decisions).toMatchObject([{ decision: { status: 'give_up', because: 'elapsed' } }]);
  });

  test('a good stream passes whole', async () => {
    const timeouts = { firstChunkSeconds: 5, idleSeconds: 5, totalSeconds: 20 };
    const response = await call(resilient({ timeouts }), { fault: 'completed' });
    expect(await response.text()).toContain('[DONE]');
  });
});

describe('fallbacks', () => {
  test('another model answers', async () => {
    const fetch = resilient({ maxAttempts: 2, fallbacks: [{ model: 'gpt-4.1-mini' }] });
    const response = await call(fetch, { fault: 'http_overloaded', times: 2 });
    expect(await response.text()).toContain('"model":"gpt-4.1-mini');
    expect(await attemptsByRequest(spans, 3)).toEqual([
      [
        { reason: 'overloaded', attempt: 1, final: false, link: undefined },
        { reason: 'overloaded', attempt: 2, final: false, link: 'retry_of 1' },
        { reason: 'completed', attempt: 3, final: true, link: 'fallback_of 2' },
      ],
    ]);
    expect(spans.all().map((span) => factOf(span, 'model'))).toEqual(['gpt-4.1', 'gpt-4.1', 'gpt-4.1-mini']);
    expect(timing.sleeps).toEqual([250, 0]);
  });

  test('another provider answers, with its own key', async () => {
    const backup = await createSimulator();
    const url = backup.url + chatPath;
    const headers = { authorization: 'Bearer backup', 'x-simulator-fault': null };
    const fetch = resilient({ fallbacks: [{ url, headers }] });
    const response = await call(
      fetch,
      { fault: 'http_429_quota' },
      { headers: { authorization: 'Bearer own' } },
    );
    expect(response.status).toBe(200);
    await response.text();
    expect(backup.requests.entries()).toHaveLength(1);
    await backup.close();
  });

  test('a URL that cannot be read is refused at once', () => {
    expect(() => resilient({ fallbacks: [{ url: 'nowhere' }] })).toThrow(TypeError);
  });
});

describe('under client libraries', () => {
  test('openai gets its stream after a failed attempt', async () => {
    const client = new OpenAI({
      apiKey: 'none',
      baseURL: `${simulator.url}/v1`,
      fetch: resilient({ timeouts: { firstChunkSeconds: 5, idleSeconds: 5 } }),
      maxRetries: 0,
    });
    const headers = simulatorHeaders({ fault: 'error_first', times: 1, key: `k${key}` });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const stream = await client.chat.completions.create(
      { model: 'gpt-4.1', stream: true, messages },
      { headers },
    );
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(simulator.requests.last()?.sentText);
    expect(await attemptsByRequest(spans, 2)).toEqual(failsOnce('provider_error'));
  });

  test('@anthropic-ai/sdk does too, by its stream helper', async () => {
    const client = new Anthropic({
      apiKey: 'none',
      baseURL: simulator.url,
      fetch: resilient(),
      maxRetries: 0,
    });
    const headers = simulatorHeaders({ fault: 'eof_after_headers', times: 1, key: `k${key}` });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const stream = client.messages.stream(
      { model: 'claude-sonnet-5', max_tokens: 500, messages },
      { headers },
    );
    expect(await stream.finalText()).toBe(simulator.requests.last()?.sentText);
    expect(await attemptsByRequest(spans, 2)).toEqual(failsOnce('truncated'));
  });

  test('a loop that is left stops the provider and is no failure', async () => {
    const client = new OpenAI({
      apiKey: 'none',
      baseURL: `${simulator.url}/v1`,
      fetch: resilient(),
      maxRetries: 0,
    });
    const headers = simulatorHeaders({ timing: { chunks: 400, gapMs: 20 } });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const stream = await client.chat.completions.create(
      { model: 'gpt-4.1', stream: true, messages },
      { headers },
    );
    let seen = 0;
    for await (const _chunk of stream) if (++seen === 3) break;
    const [[attempt] = []] = await attemptsByRequest(spans, 1);
    expect(attempt).toEqual({ reason: 'consumer_break', attempt: 1, final: true, link: undefined });
    expect((await simulator.requests.last()?.ended)?.by).toBe('client_closed');
  });
});

test('works the same where nothing is observed', async () => {
  const response = await call(resilient({}, globalThis.fetch), { fault: 'error_first', times: 1 });
  expect(await response.text()).toContain('[DONE]');
  expect(decisions).toMatchObject([{ requestId: undefined, attempt: 1, reason: 'provider_error' }]);
});
