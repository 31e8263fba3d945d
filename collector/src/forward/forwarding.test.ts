import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { ForwarderBounds } from './forwarder.ts';
import { createForwarding, type Forwarding } from './forwarding.ts';
import type { Payload } from './payload.ts';
import { type Answer, type OtlpEndpoint, startOtlpEndpoint } from './testing/otlp-endpoint.ts';

const ended: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const payload: Payload = {
  body: gzipSync('{"resourceSpans":[]}'),
  contentType: 'application/json; charset=utf-8',
  contentEncoding: 'gzip',
  via: undefined,
};

async function startEndpoint(
  answer: (index: number) => Answer = () => ({ status: 200 }),
): Promise<OtlpEndpoint> {
  const endpoint = await startOtlpEndpoint(answer);
  ended.push(endpoint.close);
  return endpoint;
}

/** Forwards to endpoints named `a`, `b`, ... */
function forwardTo(urls: readonly string[], bounds: Partial<ForwarderBounds> = {}) {
  const registry = new Registry();
  const lines: string[] = [];
  const forwarding = createForwarding({
    endpoints: urls.map((url, i) => ({
      name: 'abc'.charAt(i),
      url: `${url}/v1/traces`,
      headers: { 'api-key': 'theirs' },
    })),
    instance: 'here',
    registry,
    logger: { warn: (line: string) => lines.push(line), info: () => undefined },
    now: () => performance.now(),
    wallClock: Date.now,
    random: Math.random,
    delay: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    bounds: { firstPauseMs: 1, longestPauseMs: 2, closeMs: 50, ...bounds },
  });
  ended.push(forwarding.close);
  return { forwarding, registry, lines };
}

async function settled(forwarding: Forwarding) {
  await expect.poll(() => forwarding.counts().every(({ queuedRequests }) => queuedRequests === 0)).toBe(true);
  return forwarding.counts();
}

describe('what is forwarded', () => {
  it('is the body as it came, with its type and compression, and the headers set for the endpoint', async () => {
    const endpoint = await startEndpoint();
    const { forwarding } = forwardTo([endpoint.url]);
    forwarding.forward(payload);
    await settled(forwarding);
    const [request] = endpoint.received;
    expect(request?.path).toBe('/v1/traces');
    expect(request?.body.equals(payload.body)).toBe(true);
    const { host, connection, ...headers } = request?.headers ?? {};
    expect(headers).toEqual({
      'content-type': payload.contentType,
      'content-encoding': 'gzip',
      'content-length': String(payload.body.length),
      'user-agent': 'weir',
      'api-key': 'theirs',
      via: '1.1 weir-here',
    });
  });

  it('goes to every endpoint, whatever becomes of it at the others', async () => {
    const good = await startEndpoint();
    const bad = await startEndpoint(() => ({ status: 400 }));
    const { forwarding } = forwardTo([bad.url, good.url]);
    forwarding.forward(payload);
    expect(await settled(forwarding)).toMatchObject([
      { endpoint: 'a', forwardedRequests: 0, droppedRequests: [{ reason: 'refused', requests: 1 }] },
      { endpoint: 'b', forwardedRequests: 1, droppedRequests: [] },
    ]);
  });

  it('goes over connections that are used again', async () => {
    const endpoint = await startEndpoint();
    const { forwarding } = forwardTo([endpoint.url], { concurrency: 1 });
    for (let i = 0; i < 20; i += 1) forwarding.forward(payload);
    await settled(forwarding);
    expect([endpoint.received.length, endpoint.connections]).toEqual([20, 1]);
  });

  it('does not go around: what was here before is counted and dropped', async () => {
    const endpoint = await startEndpoint();
    const { forwarding } = forwardTo([endpoint.url]);
    forwarding.forward({ ...payload, via: '1.1 weir-here, 1.1 weir-there' });
    forwarding.forward({ ...payload, via: '1.1 weir-there' });
    expect(await settled(forwarding)).toMatchObject([
      { forwardedRequests: 1, droppedRequests: [{ reason: 'loop', requests: 1 }] },
    ]);
    expect(endpoint.received.map(({ headers }) => headers.via)).toEqual(['1.1 weir-there, 1.1 weir-here']);
  });
});

describe('an endpoint', () => {
  it.each([429, 502, 503, 504])('that answers %s is asked again', async (status) => {
    const endpoint = await startEndpoint((index) => ({ status: index < 2 ? status : 200 }));
    const { forwarding } = forwardTo([endpoint.url]);
    forwarding.forward(payload);
    expect(await settled(forwarding)).toMatchObject([
      { forwardedRequests: 1, retries: 2, droppedRequests: [] },
    ]);
    expect(endpoint.received.every(({ body }) => body.equals(payload.body))).toBe(true);
  });

  it.each([301, 400, 401, 404, 413, 500])('that answers %s is not asked again', async (status) => {
    const endpoint = await startEndpoint(() => ({ status, headers: { location: '/elsewhere' } }));
    const { forwarding, lines } = forwardTo([endpoint.url]);
    forwarding.forward(payload);
    await settled(forwarding);
    expect(endpoint.received).toHaveLength(1);
    expect(lines).toEqual([`Forwarding to a fails: it answered ${status}.`]);
  });

  it('that says when is asked then', async () => {
    const endpoint = await startEndpoint((index) =>
      index === 0 ? { status: 429, headers: { 'retry-after': '120' } } : { status: 200 },
    );
    const { forwarding } = forwardTo([endpoint.url], { longestRetryAfterMs: 5 });
    forwarding.forward(payload);
    expect(await settled(forwarding)).toMatchObject([{ forwardedRequests: 1, retries: 1 }]);
  });

  it('that is down gets what was kept when it comes back, and until then only the newest is kept', async () => {
    const down = await startEndpoint();
    await down.close();
    ended.pop();
    const { forwarding, lines } = forwardTo([down.url], { requests: 3 });
    for (let i = 0; i < 5; i += 1) forwarding.forward(payload);
    await expect.poll(() => forwarding.counts()[0]?.retries).toBeGreaterThan(3);
    expect(forwarding.counts()).toMatchObject([
      { forwardedRequests: 0, queuedRequests: 3, droppedRequests: [{ reason: 'queue_full', requests: 2 }] },
    ]);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^Forwarding to a fails: connect ECONNREFUSED/);
  });

  it('that does not answer delays nothing but itself', async () => {
    const answer = Promise.withResolvers<void>();
    const slow = await startEndpoint(() => ({ status: 200, after: answer.promise }));
    const quick = await startEndpoint();
    const { forwarding } = forwardTo([slow.url, quick.url], { concurrency: 2 });
    for (let i = 0; i < 10; i += 1) forwarding.forward(payload);
    await expect.poll(() => forwarding.counts()[1]?.forwardedRequests).toBe(10);
    expect(forwarding.counts()[0]).toMatchObject({ forwardedRequests: 0, queuedRequests: 10 });
    answer.resolve();
    expect((await settled(forwarding))[0]).toMatchObject({ forwardedRequests: 10 });
  });

  it('is in the metrics by its name', async () => {
    const endpoint = await startEndpoint((index) => ({ status: index === 0 ? 400 : 200 }));
    const { forwarding, registry } = forwardTo([endpoint.url]);
    forwarding.forward(payload);
    await settled(forwarding);
    forwarding.forward(payload);
    await settled(forwarding);
    await registry.metrics();
    const text = await registry.metrics();
    expect(text).toContain('weir_forwarded_requests_total{endpoint="a"} 1');
    expect(text).toContain('weir_forward_dropped_requests_total{endpoint="a",reason="refused"} 1');
    expect(text).toContain('weir_forward_queue_requests{endpoint="a"} 0');
    expect(text).not.toContain('127.0.0.1');
  });
});

describe('forwarding that closes', () => {
  it('does not wait for an endpoint that does not answer', async () => {
    const endpoint = await startEndpoint(() => ({ status: 200, after: new Promise(() => undefined) }));
    const { forwarding } = forwardTo([endpoint.url]);
    forwarding.forward(payload);
    await expect.poll(() => endpoint.received.length).toBe(1);
    await forwarding.close();
    expect(forwarding.counts()).toMatchObject([
      { queuedRequests: 0, droppedRequests: [{ reason: 'stopping', requests: 1 }] },
    ]);
  });
});
