import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { ApiError, Pipeline, ScopeQuery } from '@weir/schemas/api';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from './api/access.ts';
import type { ApiPlugin } from './api/routes.ts';
import { createApp } from './app.ts';
import type { EngineStatus } from './clickhouse/engine.ts';
import { CollectorError } from './errors.ts';
import { createKeyRing } from './keys/key-ring.ts';
import { createIngestMetrics } from './receive/ingest-metrics.ts';
import { refused } from './receive/refusal.ts';

const startedAt = Date.UTC(2026, 2, 1);
const themeScript = 'document.documentElement.dataset.theme = "dark";';
const page = `<!doctype html><script>${themeScript}</script><script type="module" src="/assets/app.js"></script>`;
let dashboardDir: string;
const apps: FastifyInstance[] = [];
const spool = {
  ...{ segments: 2, bytes: 3_000, maxBytes: 9_000, oldestSeconds: 1.5, setAside: 1 },
  ...{ tornBytes: 0, isFailing: false },
};

beforeAll(async () => {
  dashboardDir = await mkdtemp(join(tmpdir(), 'weir-dashboard-'));
  await mkdir(join(dashboardDir, 'assets'));
  await writeFile(join(dashboardDir, 'index.html'), page);
  await writeFile(join(dashboardDir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(dashboardDir, 'assets/app.js'), 'export {};');
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

afterAll(async () => {
  await rm(dashboardDir, { recursive: true });
});

interface SetUp {
  readonly status?: EngineStatus;
  readonly dashboardDir?: string;
  readonly password?: string;
  readonly forwarded?: NonNullable<Pipeline['forwarding']>;
  /** What the route `/api/v1/question` does. */
  readonly answer?: () => unknown;
}

async function setUp(options: SetUp = {}): Promise<FastifyInstance> {
  const status = options.status ?? 'restarting';
  const client = (): ClickHouseClient => {
    throw new CollectorError('clickhouse-unavailable', 'ClickHouse is starting or restarting.');
  };
  const question: ApiPlugin = async (app) => {
    const schema = { querystring: ScopeQuery, tags: ['questions'], summary: 'A question' };
    app.get('/question', { schema }, async () => options.answer?.() ?? {});
    const body = Type.Object({ name: Type.String() }, { additionalProperties: false });
    app.post('/question', { schema: { body } }, async ({ body: { name } }) => ({ name }));
  };
  const registry = new Registry();
  const app = await createApp({
    database: { client, ready: status === 'ready' },
    engineStatus: () => status,
    receiver: { admit: () => refused('missing_key', 'No.') },
    keyVolumes: () => [],
    keys: createKeyRing({ isOpenWithoutKeys: true, now: () => 0 }),
    access: createAccess(options.password === undefined ? {} : { dashboardPassword: options.password }),
    forwarded: () => options.forwarded ?? [],
    registry,
    metrics: createIngestMetrics(registry, () => startedAt),
    spool: () => spool,
    retention: () => ({ lastRun: null, rowsDeleted: 0, postponed: 0 }),
    shards: undefined,
    apiPlugins: [question],
    dashboardDir: options.dashboardDir ?? dashboardDir,
    maxBodyBytes: 1_000,
    endpoint: 'http://127.0.0.1:4318/v1/traces',
    logger: pino({ level: 'silent' }),
    monotonic: () => performance.now(),
    now: () => startedAt,
  });
  apps.push(app);
  return app;
}

describe('what runs the process can ask', () => {
  it('whether it lives and whether it is ready, apart', async () => {
    const away = await setUp({ status: 'restarting' });
    expect((await away.inject('/healthz')).statusCode).toBe(200);
    const notReady = await away.inject('/readyz');
    expect([notReady.statusCode, notReady.json()]).toEqual([
      503,
      { status: 'not_ready', clickhouse: 'restarting' },
    ]);
    expect(notReady.headers['retry-after']).toBe('2');
    expect((await (await setUp({ status: 'ready' })).inject('/readyz')).statusCode).toBe(200);
  });

  it('for its metrics', async () => {
    const response = await (await setUp()).inject('/metrics');
    expect(response.headers['content-type']).toContain('text/plain');
    expect(response.body).toContain('weir_accepted_spans_total 0');
    expect(response.body).toContain('weir_clickhouse_ready 0');
  });
});

describe('the API', () => {
  it('answers for its own state while ClickHouse is away', async () => {
    const response = await (await setUp()).inject('/api/v1/pipeline');
    expect(response.statusCode).toBe(200);
    expect(Value.Errors(Pipeline, response.json())).toEqual([]);
    expect(response.json()).toMatchObject({
      status: 'degraded',
      clickhouse: 'restarting',
      ingestLagSeconds: null,
    });
  });

  it('says what it passed on, if there is somewhere to pass it on to', async () => {
    expect((await (await setUp()).inject('/api/v1/pipeline')).json()).not.toHaveProperty('forwarding');
    const forwarded = {
      endpoint: 'tempo',
      forwardedRequests: 3,
      retries: 1,
      droppedRequests: [{ reason: 'refused', requests: 1 }],
      queuedRequests: 0,
      queuedBytes: 0,
    };
    const pipeline = (await (await setUp({ forwarded: [forwarded] })).inject('/api/v1/pipeline')).json();
    expect(Value.Errors(Pipeline, pipeline)).toEqual([]);
    expect(pipeline.forwarding).toEqual([forwarded]);
  });

  it('describes itself as OpenAPI', async () => {
    const document = (await (await setUp()).inject('/api/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/api/v1/pipeline', '/api/v1/question']);
    const parameters = document.paths['/api/v1/question'].get.parameters as { name: string }[];
    expect(parameters.map(({ name }) => name).sort()).toEqual(['filter', 'from', 'project', 'to']);
  });

  it.each([
    ['a refusal of ours', () => new CollectorError('invalid-filter', 'No.'), 400, 'invalid-filter'],
    [
      'ClickHouse that does not answer',
      () => Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      503,
      'clickhouse-unavailable',
    ],
    [
      'a question too heavy',
      () => new ClickHouseError({ message: 'x', code: '159', type: 'TIMEOUT_EXCEEDED' }),
      422,
      'query-too-heavy',
    ],
    [
      'too many questions',
      () => new ClickHouseError({ message: 'x', code: '202', type: 'TOO_MANY_SIMULTANEOUS_QUERIES' }),
      503,
      'clickhouse-unavailable',
    ],
    [
      'a query that is wrong',
      () => new ClickHouseError({ message: 'secret SQL', code: '62', type: 'SYNTAX_ERROR' }),
      500,
      'internal',
    ],
    ['a bug', () => new TypeError('secret detail'), 500, 'internal'],
  ])('answers %s in one shape', async (_what, error, statusCode, code) => {
    const app = await setUp({
      answer: () => {
        throw error();
      },
    });
    const response = await app.inject('/api/v1/question');
    expect(response.statusCode).toBe(statusCode);
    expect(Value.Errors(ApiError, response.json())).toEqual([]);
    expect(response.json().code).toBe(code);
    expect(response.body).not.toContain('secret');
    expect(response.headers['retry-after']).toBe(statusCode === 503 ? '2' : undefined);
  });

  it('answers malformed requests with 400, in words for the sender', async () => {
    const app = await setUp();
    const post = (body: string, type = 'application/json') =>
      app.inject({ method: 'POST', url: '/api/v1/question', body, headers: { 'content-type': type } });
    expect((await post('{"name":1,"other":2}')).json()).toMatchObject({
      statusCode: 400,
      code: 'invalid-request',
    });
    expect((await post('{')).json()).toMatchObject({ statusCode: 400, code: 'invalid-request' });
    expect((await post('a=b', 'application/x-www-form-urlencoded')).json()).toMatchObject({
      code: 'unsupported-type',
    });
    expect((await post(JSON.stringify({ name: 'x'.repeat(70_000) }))).json()).toMatchObject({
      code: 'body-too-large',
    });
  });

  it.each(['/api', '/api/v1/nothing', '/api/v2', '/v1/logs', '/v1/traces/x'])(
    'answers 404 in JSON for %s',
    async (url) => {
      const response = await (await setUp()).inject(url);
      expect(response.statusCode).toBe(404);
      expect(response.json()).toMatchObject({ code: 'not-found' });
    },
  );

  it('answers HEAD as GET without a body, also when there is nothing', async () => {
    const app = await setUp();
    const found = await app.inject({ method: 'HEAD', url: '/api/v1/pipeline' });
    expect([found.statusCode, found.body]).toEqual([200, '']);
    const missing = await app.inject({ method: 'HEAD', url: '/api/v1/nothing' });
    expect([missing.statusCode, missing.headers['content-type']]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
  });

  it('is kept by no cache and framed by nobody', async () => {
    expect((await (await setUp()).inject('/api/v1/pipeline')).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('cannot be read by pages of other origins', async () => {
    const response = await (await setUp()).inject({
      url: '/api/v1/pipeline',
      headers: { origin: 'https://evil.example' },
    });
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('the dashboard', () => {
  it.each(['/', '/streams', '/streams/abc/def?from=1', '/incidents/'])(
    'is one page at %s, always fresh',
    async (url) => {
      const response = await (await setUp()).inject(url);
      expect([response.statusCode, response.body]).toEqual([200, page]);
      expect(response.headers['cache-control']).toBe('no-cache');
    },
  );

  it('lets the page run its own inline script and no other', async () => {
    const policy = String((await (await setUp()).inject('/')).headers['content-security-policy']);
    const hash = createHash('sha256').update(themeScript).digest('base64');
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('has files that are kept for ever when their name says so', async () => {
    const app = await setUp();
    const asset = await app.inject('/assets/app.js');
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect((await app.inject('/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it.each(['/assets/old.js', '/missing.png', '/..%2f..%2fetc%2fpasswd.txt'])(
    'is not the page for a file that is missing: %s',
    async (url) => {
      expect((await (await setUp()).inject(url)).statusCode).toBe(404);
    },
  );

  it('is compressed, and so is a large answer, for browsers that say they can', async () => {
    await writeFile(join(dashboardDir, 'assets/large.js'), `export const a = '${'a'.repeat(5_000)}';`);
    const app = await setUp({ answer: () => ({ values: Array.from({ length: 2_000 }, () => 0) }) });
    for (const url of ['/assets/large.js', '/api/v1/question']) {
      const sent = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
      expect(sent.headers['content-encoding']).toBe('br');
      const plain = await app.inject({ url });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(brotliDecompressSync(sent.rawPayload).toString()).toBe(plain.body);
    }
  });

  it('says how to build it when it is not built', async () => {
    const response = await (await setUp({ dashboardDir: join(dashboardDir, 'none') })).inject('/');
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain('@weir/dashboard build');
  });
});

describe('who may read', () => {
  const basic = (password: string) => `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`;

  it('is everybody on this machine when there is no password, under its own names', async () => {
    const app = await setUp();
    const ask = async (host: string) =>
      (await app.inject({ url: '/api/v1/pipeline', headers: { host } })).statusCode;
    expect(await Promise.all(['localhost:4318', '127.0.0.1:4318', '[::1]:4318'].map(ask))).toEqual([
      200, 200, 200,
    ]);
    expect(await ask('evil.example:4318')).toBe(403);
  });

  it.each([
    '/',
    '/api/v1/pipeline',
    '/api/openapi.json',
    '/metrics',
    '/assets/app.js',
    '/streams',
    '/api/nothing',
  ])('is whoever has the password: %s', async (url) => {
    const app = await setUp({ password: 'open sesame' });
    const refused = await app.inject(url);
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('Basic');
    const wrong = await app.inject({ url, headers: { authorization: basic('open sesam') } });
    expect(wrong.statusCode).toBe(401);
    const right = await app.inject({
      url,
      headers: { authorization: basic('open sesame'), host: 'weir.example' },
    });
    expect(right.statusCode).not.toBe(401);
  });

  it('includes nobody who acts through the browser of somebody else', async () => {
    const app = await setUp();
    const change = (headers: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: '/api/v1/question',
        body: { name: 'x' },
        headers: { host: 'localhost:4318', ...headers },
      });
    const statuses = async (...all: Record<string, string>[]) =>
      (await Promise.all(all.map(change))).map(({ statusCode }) => statusCode);
    expect(
      await statuses(
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ),
    ).toEqual([403, 403, 403, 403]);
    expect(
      await statuses({}, { 'sec-fetch-site': 'same-origin' }, { origin: 'http://localhost:4318' }),
    ).toEqual([200, 200, 200]);
  });

  it('is anybody for spans, pages of other origins among them', async () => {
    const response = await (await setUp({ password: 'open sesame' })).inject({
      method: 'OPTIONS',
      url: '/v1/traces',
      headers: {
        origin: 'https://shop.example',
        'sec-fetch-site': 'cross-site',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect([response.statusCode, response.headers]).toMatchObject([
      204,
      {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-headers': 'authorization,content-type',
      },
    ]);
  });

  it('is anybody for probes', async () => {
    const app = await setUp({ password: 'open sesame', status: 'ready' });
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });
});
