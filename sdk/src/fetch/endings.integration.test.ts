import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { factOf, recordSpans } from '../testing/recorded-spans.ts';
import { chatPath, chatRequest } from '../testing/simulated-call.ts';
import { isObserved, observeFetch } from './observe-fetch.ts';
import { openStreams } from './open-streams.ts';
import type { ObserveOptions } from './options.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const spans = recordSpans();
const { tracerProvider } = spans;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await createSimulator();
});
afterEach(() => spans.reset());
afterAll(() => simulator.close());

function observed(options: ObserveOptions = {}) {
  return observeFetch(globalThis.fetch, { tracerProvider, ...options });
}

function chatUrl(): string {
  return simulator.url + chatPath;
}

async function onlySpan(patienceMs?: number) {
  const all = await spans.waitFor(1, patienceMs);
  expect(all).toHaveLength(1);
  return all[0];
}

function verdictOf(span: Awaited<ReturnType<typeof onlySpan>>) {
  return [factOf(span, 'outcome'), factOf(span, 'reason'), factOf(span, 'stage'), factOf(span, 'initiator')];
}

describe('a call that never gets through', () => {
  test('to a host without an address is a DNS error', async () => {
    await expect(observed()('http://nowhere.invalid/v1/chat/completions', chatRequest({}))).rejects.toThrow(
      'fetch failed',
    );
    expect(verdictOf(await onlySpan())).toEqual(['failed', 'dns_error', 'connect', 'unknown']);
  });

  test('to a closed port is a connect error', async () => {
    const port = await freePort();
    await expect(observed()(`http://127.0.0.1:${port}${chatPath}`, chatRequest({}))).rejects.toThrow(
      'fetch failed',
    );
    const span = await onlySpan();
    expect(verdictOf(span)).toEqual(['failed', 'connect_error', 'connect', 'unknown']);
    expect(factOf(span, 'initiatorEvidence')).toBe('ECONNREFUSED');
    expect(factOf(span, 'timeToHeadersSeconds')).toBeUndefined();
    expect(factOf(span, 'httpStatus')).toBeUndefined();
  });

  test('to a port that speaks no TLS is a TLS error', async () => {
    const url = chatUrl().replace('http:', 'https:');
    await expect(observed()(url, chatRequest({}))).rejects.toThrow('fetch failed');
    expect(verdictOf(await onlySpan())).toEqual(['failed', 'tls_error', 'connect', 'unknown']);
  });

  test('with a signal that has fired is an abort', async () => {
    const reason = new Error('not wanted any more');
    const call = observed()(chatUrl(), chatRequest({}, { signal: AbortSignal.abort(reason) }));
    await expect(call).rejects.toBe(reason);
    expect(verdictOf(await onlySpan())).toEqual(['aborted', 'client_abort', 'headers', 'client']);
  });
});

describe('a body that nobody finishes', () => {
  test('and nobody reads is reported once it is garbage', async () => {
    await (async () => {
      await observed()(chatUrl(), chatRequest({}));
    })();
    await collectUntil(() => spans.all().length > 0);
    const span = await onlySpan();
    expect(verdictOf(span)).toEqual(['aborted', 'not_consumed', 'first_chunk', 'service']);
  });

  test('whose iterator is dropped is a reader that stopped', async () => {
    await (async () => {
      const response = await observed()(chatUrl(), chatRequest({ timing: { gapMs: 200 } }));
      const iterator = response.body?.[Symbol.asyncIterator]();
      for (let text = ''; !text.includes('"content":"A'); ) {
        text += new TextDecoder().decode((await iterator?.next())?.value);
      }
    })();
    await collectUntil(() => spans.all().length > 0);
    expect(verdictOf(await onlySpan())).toEqual(['aborted', 'consumer_break', 'streaming', 'service']);
  });

  test('and that is cancelled unread is a reader that stopped', async () => {
    const response = await observed()(chatUrl(), chatRequest({}));
    await response.body?.cancel();
    expect(verdictOf(await onlySpan())).toEqual(['aborted', 'consumer_break', 'first_chunk', 'service']);
    expect((await simulator.requests.last()?.ended)?.by).toBe('client_closed');
  });

  test('keeps no response alive', async () => {
    const references: WeakRef<Response>[] = [];
    const callOnce = async () => {
      references.push(new WeakRef(await observed()(chatUrl(), chatRequest({}))));
    };
    for (let i = 0; i < 5; i++) await callOnce();
    const isAlive = (reference: WeakRef<Response>) => reference.deref() !== undefined;
    await collectUntil(() => !references.some(isAlive));
    expect(references.some(isAlive)).toBe(false);
    expect(await spans.waitFor(5)).toHaveLength(5);
    expect(openStreams.size).toBe(0);
  });

  test('after the terminal event has already been reported', async () => {
    const response = await observed()(chatUrl(), chatRequest({ fault: 'hang_after_terminal' }));
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    for (let text = ''; !text.includes('[DONE]'); ) text += decoder.decode((await reader?.read())?.value);
    expect(verdictOf(await onlySpan())).toEqual(['completed', 'completed', 'done', 'provider']);
    await reader?.cancel();
  });
});

describe('a call without a stream', () => {
  const plain = (fault: Parameters<typeof chatRequest>[0]) => {
    const init = chatRequest(fault);
    return {
      ...init,
      body: JSON.stringify({ ...JSON.parse(String(init.body)), stream: false, stream_options: undefined }),
    };
  };

  test('gives a span too', async () => {
    const response = await observed()(chatUrl(), plain({}));
    await response.json();
    const span = await onlySpan();
    expect(span?.name).toBe('chat gpt-4.1');
    expect(verdictOf(span)).toEqual(['completed', 'completed', 'done', 'provider']);
    expect(factOf(span, 'requestStream')).toBeUndefined();
    expect(factOf(span, 'terminalEventReceived')).toBeUndefined();
  });

  test('that is refused says why', async () => {
    const response = await observed()(chatUrl(), plain({ fault: 'http_429_quota' }));
    expect(response.status).toBe(429);
    await response.text();
    const span = await onlySpan();
    expect(verdictOf(span)).toEqual(['failed', 'quota_exceeded', 'headers', 'provider']);
    expect(factOf(span, 'errorType')).toBe('quota_exceeded');
    expect(factOf(span, 'providerErrorCode')).toBe('insufficient_quota');
  });

  test('that is refused is reported although nobody reads why', async () => {
    const response = await observed()(chatUrl(), chatRequest({ fault: 'http_500' }));
    expect(response.ok).toBe(false);
    const span = await onlySpan();
    expect(verdictOf(span)).toEqual(['failed', 'server_error', 'headers', 'unknown']);
    expect(await response.text()).toContain('error');
  });
});

describe('calls that are none to a model', () => {
  test('pass untouched', async () => {
    const response = await observed()(`${simulator.url}/simulator/faults`);
    expect(Object.getOwnPropertyNames(response.body ?? {})).toEqual([]);
    await response.text();
    expect(spans.all()).toEqual([]);
  });

  test('pass untouched although they ask like one, if nothing is streamed back', async () => {
    const server = createServer((_, response) =>
      response.setHeader('content-type', 'application/json').end('{}'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const response = await observed()(`http://127.0.0.1:${port}/search`, chatRequest({}));
    expect(await response.json()).toEqual({});
    server.close();
    expect(await spans.waitFor(1, 50)).toEqual([]);
    expect(openStreams.size).toBe(0);
  });
});

describe('observing', () => {
  test('twice gives one span', async () => {
    const twice = observeFetch(observed(), { tracerProvider, provider: 'second' });
    await (await twice(chatUrl(), chatRequest({}))).text();
    expect(factOf(await onlySpan(), 'provider')).toBe('second');
  });

  test('through a function around an observed fetch gives one span', async () => {
    const inner = observed();
    const outer = observed();
    const around = observeFetch((input, init) => inner(input, init), { tracerProvider });
    await (await around(chatUrl(), chatRequest({}))).text();
    expect(await spans.waitFor(2, 50)).toHaveLength(1);
    expect(isObserved(outer)).toBe(true);
    expect(isObserved(globalThis.fetch)).toBe(false);
  });

  test('keeps name, length and extras of the function', () => {
    const extra = Object.assign(async () => new Response(), { preconnect: () => 'warm' });
    const wrapped = observeFetch(extra) as typeof extra;
    expect([wrapped.name, wrapped.length, wrapped.preconnect()]).toEqual([extra.name, extra.length, 'warm']);
  });

  test('without any OpenTelemetry set-up changes nothing', async () => {
    trace.disable();
    metrics.disable();
    const response = await observeFetch(globalThis.fetch)(chatUrl(), chatRequest({}));
    expect(await response.text()).toContain('[DONE]');
  });
});

describe('what the application says', () => {
  test('is written, and the user only as a hash', async () => {
    const fetch = observed({
      provider: 'openai',
      user: () => 'someone@example.com',
      session: (call) => call.header('x-session') ?? undefined,
      conversation: () => 'c-1',
      dimensions: { plan: 'x'.repeat(500) },
      network: { networkType: 'wifi', country: 'DE' },
      request: () => ({ requestId: 'r-1', attempt: 3 }),
    });
    await (await fetch(chatUrl(), chatRequest({}, { headers: { 'x-session': 's-1' } }))).text();
    const span = await onlySpan();
    expect(factOf(span, 'userHash')).toBe('72497f475e4f76d0b28f57c73a084ece576d170874eba3ee2609d9afe4b71aab');
    expect(JSON.stringify(span?.attributes)).not.toContain('someone@example.com');
    expect(factOf(span, 'sessionId')).toBe('s-1');
    expect(factOf(span, 'conversationId')).toBe('c-1');
    expect(factOf(span, 'country')).toBe('DE');
    expect(factOf(span, 'attempt')).toBe(3);
    expect(span?.attributes['weir.dimension.plan']).toHaveLength(128);
  });

  test('is left out when its callback throws', async () => {
    const fetch = observed({
      user: () => {
        throw new Error('no session here');
      },
      network: () => {
        throw new Error('no network here');
      },
      conversation: () => 'c-1',
    });
    await (await fetch(chatUrl(), chatRequest({}))).text();
    const span = await onlySpan();
    expect(factOf(span, 'userHash')).toBeUndefined();
    expect(factOf(span, 'conversationId')).toBe('c-1');
    expect(factOf(span, 'outcome')).toBe('completed');
  });
});

test('a telemetry that throws never reaches the application', async () => {
  const broken = {
    getTracer: () => {
      throw new Error('broken provider');
    },
  } as unknown as TracerProvider;
  const response = await observed({ tracerProvider: broken })(chatUrl(), chatRequest({}));
  expect(await response.text()).toContain('[DONE]');
});

async function collectUntil(done: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !done(); i++) {
    // In a task of its own: what `deref` has given is kept until the end of the task that asked.
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
