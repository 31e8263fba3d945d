import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import Fastify from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { KeyRecord } from '../keys/key-record.ts';
import { createKeyRing } from '../keys/key-ring.ts';
import { createSecret, digestOf } from '../keys/secret.ts';
import { createGrpcServer } from './grpc-server.ts';
import { receiveIntoFakeSink } from './testing/fake-sink.ts';
import { requestBody } from './testing/read-spans.ts';
import { tracesRoute } from './traces-route.ts';
import { exportMethod } from './traces-service.ts';

const maxBodyBytes = 100_000;
const shop = 'https://shop.example';
const chat = { attributes: { 'gen_ai.system': 'openai' } };
const secrets = { any: createSecret(), pages: createSecret(), slow: createSecret(), revoked: createSecret() };
let clock = 0;
const ended: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(ended.splice(0).map((end) => end()));
});

function recordOf(id: keyof typeof secrets, changes: Partial<KeyRecord> = {}): KeyRecord {
  return {
    ...{
      id,
      version: 1,
      hash: digestOf(secrets[id]).toString('hex'),
      hint: '',
      project: `of-${id}`,
      label: id,
    },
    ...{ createdAt: 1, revokedAt: null, reads: false, origins: [], spansPerSecond: null, burstSpans: null },
    ...changes,
  };
}

const everyKey = [
  recordOf('any'),
  recordOf('pages', { origins: [shop] }),
  recordOf('slow', { spansPerSecond: 2, burstSpans: 3 }),
  recordOf('revoked', { revokedAt: 1 }),
];

async function openDoors(records: readonly KeyRecord[] = everyKey) {
  const keys = createKeyRing({ isOpenWithoutKeys: false, now: () => clock });
  keys.replace(records);
  const received = receiveIntoFakeSink({ maxBodyBytes, keys });
  const { receiver, metrics } = received;
  const app = Fastify();
  await app.register(tracesRoute, { prefix: '/v1', receiver, keys, metrics, maxBodyBytes });
  const logger = pino({ level: 'silent' });
  const grpc = createGrpcServer({ receiver, metrics, maxBodyBytes, logger, now: () => clock });
  const client = new Client(`127.0.0.1:${await grpc.listen('127.0.0.1', 0)}`, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
  });
  ended.push(
    () => client.close(),
    () => grpc.close(0),
  );
  const post = (headers: Record<string, string>, spans = 1) =>
    app.inject({
      method: 'POST',
      url: '/v1/traces',
      body: requestBody({ spans: Array.from({ length: spans }, () => chat) }),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const preflight = (origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url: '/v1/traces',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-weir-key',
      },
    });
  const call = (fields: Record<string, string>) => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
    const { path, requestSerialize, responseDeserialize } = exportMethod;
    return new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        Buffer.alloc(0),
        metadata,
        resolve,
      );
    });
  };
  return { ...received, post, preflight, call };
}

const bearer = (key: keyof typeof secrets) => ({ authorization: `Bearer ${secrets[key]}` });

describe('a key', () => {
  it('decides over HTTP and gRPC alike, in either header', async () => {
    const { post, call, metrics } = await openDoors();
    expect((await post(bearer('any'))).statusCode).toBe(200);
    expect((await post({ 'x-weir-key': secrets.any })).statusCode).toBe(200);
    expect(await call(bearer('any'))).toBeNull();
    expect(await call({ 'x-weir-key': secrets.any })).toBeNull();
    expect(metrics.keys.of('any')).toMatchObject({ acceptedSpans: 2, refusedRequests: [] });
  });

  it.each([
    ['that is missing', {}, 'missing_key', /x-weir-key/],
    ['that is wrong', { authorization: 'Bearer weir_wrong' }, 'unknown_key', /create a new one/],
    ['that is revoked', bearer('revoked'), 'revoked_key', /revoked/],
  ])('%s is told what to do, and counted', async (_, headers, reason, message) => {
    const { post, call, metrics, batches } = await openDoors();
    const refused = await post(headers);
    expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([401, 'Bearer realm="weir"']);
    expect(refused.json()).toEqual({ code: 16, message: expect.stringMatching(message) });
    expect(await call(headers)).toMatchObject({
      code: status.UNAUTHENTICATED,
      details: expect.stringMatching(message),
    });
    expect((await metrics.counts()).refusedRequests).toEqual([{ reason, requests: 2 }]);
    expect([metrics.keys.used(), batches]).toEqual([[], []]);
  });
});

describe('the rate of a key', () => {
  it('refuses what is over it whole, says when to come back, and lets it in then', async () => {
    const { post, call, metrics, batches } = await openDoors();
    expect((await post(bearer('slow'), 4)).statusCode).toBe(200);
    const refused = await post(bearer('slow'), 2);
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().code]).toEqual([429, '1', 8]);
    const error = await call(bearer('slow'));
    expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(error?.metadata.get('grpc-status-details-bin')).toHaveLength(1);
    expect((await post(bearer('any'))).statusCode).toBe(200);
    clock += 1_000;
    expect((await post(bearer('slow'), 2)).statusCode).toBe(200);
    expect(batches.map(({ rows }) => rows)).toEqual([4, 1, 2]);
    expect(metrics.keys.of('slow')).toMatchObject({
      acceptedSpans: 6,
      refusedRequests: [{ reason: 'rate_limited', requests: 2 }],
    });
  });

  it('never asks for a longer wait than exporters have time for', async () => {
    const { post } = await openDoors();
    await post(bearer('slow'), 300);
    expect((await post(bearer('slow'))).headers['retry-after']).toBe('5');
  });
});

describe('pages', () => {
  it('may send with a key that names them, and read the answer', async () => {
    const { post, preflight } = await openDoors([recordOf('pages', { origins: [shop] })]);
    const asked = await preflight(shop);
    expect([asked.statusCode, asked.headers['access-control-allow-headers']]).toEqual([204, 'x-weir-key']);
    const taken = await post({ 'x-weir-key': secrets.pages, origin: shop });
    expect([taken.statusCode, taken.headers['access-control-allow-origin']]).toEqual([200, shop]);
    const wrong = await post({ 'x-weir-key': 'wrong', origin: shop });
    expect([wrong.statusCode, wrong.headers['access-control-allow-origin']]).toEqual([401, shop]);
  });

  it('that no key names are stopped before and, if they go on, at the request', async () => {
    const { post, preflight, metrics, batches } = await openDoors([recordOf('pages', { origins: [shop] })]);
    const evil = 'https://evil.example';
    expect((await preflight(evil)).headers).not.toHaveProperty('access-control-allow-origin');
    const refused = await post({ 'x-weir-key': secrets.pages, origin: evil });
    expect([refused.statusCode, refused.json().code, batches]).toEqual([403, 7, []]);
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
    expect(metrics.keys.of('pages').refusedRequests).toEqual([{ reason: 'forbidden_origin', requests: 1 }]);
  });

  it('may ask from anywhere while one key names none; the key still decides', async () => {
    const { post, preflight } = await openDoors();
    const evil = 'https://evil.example';
    expect((await preflight(evil)).headers['access-control-allow-origin']).toBe(evil);
    expect((await post({ 'x-weir-key': secrets.any, origin: evil })).statusCode).toBe(200);
    expect((await post({ 'x-weir-key': secrets.pages, origin: evil })).statusCode).toBe(403);
    expect((await post({ 'x-weir-key': secrets.pages })).statusCode).toBe(200);
  });
});
