import { createServer } from 'node:http';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { simulatorHeaders } from '../faults/selection.ts';
import { closeServer, listen } from '../listening.ts';
import { createSimulator, type Simulator } from '../simulator.ts';
import { exchangeOnWire } from '../testing/wire-client.ts';
import { wireFormats } from '../testing/wire-formats.ts';
import { createIdleProxy, type IdleProxy, type IdleProxyOptions } from './idle-proxy.ts';
import { intermediaries } from './intermediaries.ts';

const chat = wireFormats.openai_chat;
const running: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Omit<IdleProxyOptions, 'upstream'>): Promise<[IdleProxy, Simulator]> {
  const simulator = await createSimulator({ settleMs: 5, timing: { headersMs: 0, ttftMs: 0, gapMs: 0 } });
  const proxy = await createIdleProxy({ upstream: simulator.url, ...options });
  running.push(proxy, simulator);
  return [proxy, simulator];
}

type Asked = Parameters<typeof simulatorHeaders>[0];

function ask(proxy: IdleProxy, request: Asked) {
  return exchangeOnWire(proxy.url, chat.path, { headers: simulatorHeaders(request), body: chat.body });
}

describe('a proxy passes on', () => {
  it("a whole stream, byte for byte, with its own headers over upstream's", async () => {
    const [proxy, simulator] = await start({ style: 'envoy', idleTimeoutMs: 5000 });
    const passed = await ask(proxy, { seed: 4 });
    expect(passed).toMatchObject({ status: 200, bodyEnd: 'complete' });
    expect(passed.headers).toMatchObject({ server: 'envoy', 'x-envoy-upstream-service-time': '12' });
    expect(passed.headers['x-request-id']).toBe(simulator.requests.last()?.requestId);
    expect(passed.body.length).toBe(simulator.requests.last()?.sentBytes);
    expect(proxy.exchanges()).toMatchObject([{ end: 'passed', timer: undefined, bytes: passed.body.length }]);
  });

  it('its own hop in `via` after those before it', async () => {
    const [proxy] = await start({ style: 'heroku' });
    const anthropic = wireFormats.anthropic;
    const passed = await exchangeOnWire(proxy.url, anthropic.path, { body: anthropic.body });
    expect(passed.headers.via).toBe('1.1 google, 1.1 heroku-router');
  });

  it('chunks as they come, or gathered when it buffers', async () => {
    const slow = { timing: { headersMs: 0, ttftMs: 0, gapMs: 3, chunks: 20 } };
    const [streaming] = await start({});
    const [buffering] = await start({ buffering: true });
    const direct = await ask(streaming, slow);
    const gathered = await ask(buffering, slow);
    expect(gathered.body.length).toBe(direct.body.length);
    expect(gathered.reads).toBeLessThan(direct.reads);
  });

  it('a client that leaves to upstream', async () => {
    const [proxy, simulator] = await start({});
    const response = await fetch(`${proxy.url}${chat.path}`, {
      method: 'POST',
      body: JSON.stringify(chat.body),
      headers: simulatorHeaders({ fault: 'idle_stall' }),
    });
    await response.body?.cancel();
    expect(await simulator.requests.last()?.ended).toMatchObject({ by: 'client_closed' });
    expect(proxy.exchanges()).toMatchObject([{ end: 'client_closed' }]);
  });

  it('an answer of the provider that is an error', async () => {
    const [proxy] = await start({});
    const passed = await ask(proxy, { fault: 'http_429_rate_limit' });
    expect(passed).toMatchObject({ status: 429, bodyEnd: 'complete' });
    expect(passed.headers['retry-after']).toBe('2');
  });
});

describe('a timer that runs out', () => {
  it.each(Object.values(intermediaries))('before headers makes $name answer itself', async (product) => {
    const [proxy] = await start({ style: product.name, idleTimeoutMs: 30 });
    const cut = await ask(proxy, { fault: 'headers_stall' });
    expect(cut).toMatchObject({ status: product.timeoutStatus, bodyEnd: 'complete' });
    expect(cut.body.toString()).toBe(product.page(product.timeoutStatus).body);
    expect(cut.headers['x-request-id']).toBeUndefined();
    expect(proxy.exchanges()).toMatchObject([{ end: 'cut_before_headers', timer: 'idle' }]);
  });

  it.each([
    ['premature_close', { connection: 'fin', bodyEnd: 'incomplete' }],
    ['reset', { connection: 'rst', bodyEnd: 'incomplete' }],
    ['clean_end', { connection: 'kept', bodyEnd: 'complete' }],
  ] as const)('after headers cuts by %s', async (cut, seen) => {
    const [proxy, simulator] = await start({ idleTimeoutMs: 250, cut });
    const passed = await ask(proxy, { fault: 'idle_stall', after: 3 });
    expect(passed).toMatchObject({ status: 200, ...seen });
    expect(passed.body.toString().match(chat.chunk)).toHaveLength(3);
    expect(proxy.exchanges()).toMatchObject([{ end: 'cut_after_headers', timer: 'idle' }]);
    expect(await simulator.requests.last()?.ended).toMatchObject({ by: 'client_closed' });
  });

  it('on the whole response cuts a stream that never falls silent', async () => {
    const [proxy] = await start({ totalTimeoutMs: 300 });
    const passed = await ask(proxy, { timing: { headersMs: 0, ttftMs: 0, gapMs: 5, chunks: 10_000 } });
    expect(passed).toMatchObject({ status: 200, bodyEnd: 'incomplete' });
    expect(proxy.exchanges()).toMatchObject([{ end: 'cut_after_headers', timer: 'total' }]);
  });

  it('takes no more from upstream, also when the client reads the rest only later', async () => {
    const [proxy, simulator] = await start({ totalTimeoutMs: 200, cut: 'clean_end' });
    const response = await fetch(`${proxy.url}${chat.path}`, {
      method: 'POST',
      body: JSON.stringify(chat.body),
      headers: simulatorHeaders({ fault: 'oversized_frame', sizeBytes: 128 << 20 }),
    });
    await expect.poll(() => proxy.exchanges()).toMatchObject([{ end: 'cut_after_headers', timer: 'total' }]);
    expect(await simulator.requests.last()?.ended).toMatchObject({ by: 'client_closed' });
    const { byteLength } = await response.arrayBuffer();
    expect(proxy.exchanges()).toMatchObject([{ bytes: byteLength }]);
  });

  it('on the first byte leaves a silence after it alone', async () => {
    const [proxy] = await start({ firstByteTimeoutMs: 300 });
    const stalled = { stallMs: 500, timing: { headersMs: 0, ttftMs: 0, gapMs: 0, chunks: 9 } };
    expect(await ask(proxy, { fault: 'stall_then_continue', ...stalled })).toMatchObject({
      bodyEnd: 'complete',
    });
    expect(await ask(proxy, { fault: 'headers_stall' })).toMatchObject({ status: 504 });
    expect(proxy.exchanges().map(({ timer }) => timer)).toEqual([undefined, 'first_byte']);
  });

  it('is held off by every byte, keep-alives too', async () => {
    const [proxy] = await start({ idleTimeoutMs: 600 });
    const alive = await ask(proxy, { fault: 'first_chunk_keepalive', everyMs: 50, stallMs: 900 });
    expect(alive).toMatchObject({ status: 200, connection: 'fin' });
    expect(proxy.exchanges()).toMatchObject([{ end: 'upstream_failed', timer: undefined }]);
  });
});

describe('an upstream that fails', () => {
  it("before headers becomes the proxy's own 502", async () => {
    const [proxy] = await start({ style: 'nginx' });
    const passed = await ask(proxy, { fault: 'reset_before_headers' });
    expect(passed.status).toBe(502);
    expect(passed.body.toString()).toContain('502 Bad Gateway');
  });

  it('after headers becomes a premature close, never a clean end', async () => {
    const [proxy] = await start({ style: 'nginx' });
    const passed = await ask(proxy, { fault: 'reset_between_frames' });
    expect(passed).toMatchObject({ status: 200, bodyEnd: 'incomplete', connection: 'fin' });
    expect(passed.body.toString().match(chat.chunk)).toHaveLength(5);
  });

  it('to listen at all becomes a 502', async () => {
    const gone = createServer();
    const { url } = await listen(gone, 0, '127.0.0.1');
    await closeServer(gone);
    const proxy = await createIdleProxy({ upstream: url });
    running.push(proxy);
    expect(await ask(proxy, {})).toMatchObject({ status: 502 });
  });
});

describe('a client behind the proxy', () => {
  it('is told of the cut by the openai client as a broken connection', async () => {
    const [proxy] = await start({ style: 'nginx', idleTimeoutMs: 250 });
    const openai = new OpenAI({ apiKey: 'any', baseURL: `${proxy.url}/v1`, maxRetries: 0, logLevel: 'off' });
    const stream = await openai.chat.completions.create(
      { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }], stream: true },
      { headers: simulatorHeaders({ fault: 'idle_stall', after: 4 }) },
    );
    const chunks: string[] = [];
    const read = async () => {
      for await (const chunk of stream) chunks.push(chunk.choices[0]?.delta.content ?? '');
    };
    await expect(read()).rejects.toThrow('terminated');
    expect(chunks).toHaveLength(5);
  });
});
