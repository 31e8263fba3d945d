import { connect } from 'node:net';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import Fastify, { type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { AppendResult, Busy } from '../spool/sink.ts';
import { type FakeSinkOptions, receiveIntoFakeSink, ringWith } from './testing/fake-sink.ts';
import { recordSpans } from './testing/otel-spans.ts';
import { requestBody } from './testing/read-spans.ts';
import { tracesRoute } from './traces-route.ts';

const maxBodyBytes = 10_000;
const chat = { attributes: { 'gen_ai.system': 'openai' } };
const full: Busy = { status: 'busy', reason: 'spool_full', retryAfterSeconds: 5 };
const jsonBody = requestBody({ spans: [chat, chat] });

async function setUp(options: Omit<FakeSinkOptions, 'maxBodyBytes'> = {}) {
  const app = Fastify();
  const { receiver, keys, ...received } = receiveIntoFakeSink({ maxBodyBytes, ...options });
  const { metrics } = received;
  await app.register(tracesRoute, { prefix: '/v1', receiver, keys, metrics, maxBodyBytes });
  return {
    ...received,
    app,
    post: (body: Buffer | string, headers: Record<string, string> = {}) =>
      app.inject({
        method: 'POST',
        url: '/v1/traces',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    inject: (request: InjectOptions) => app.inject(request),
  };
}

async function protobufBody(): Promise<Buffer> {
  const spans = await recordSpans({}, [
    {
      name: 'chat',
      startedAgoMs: 5_000,
      durationMs: 10,
      attributes: chat.attributes,
      isError: false,
      message: '',
      events: [],
      links: [],
    },
  ]);
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? []);
}

/** `google.rpc.Status` as the wire has it: code in field 1, message in field 2. */
function statusOf(response: LightMyRequestResponse): { code: number; message: string } {
  const { rawPayload } = response;
  expect([rawPayload[0], rawPayload[2]]).toEqual([0x08, 0x12]);
  return { code: rawPayload[1] ?? -1, message: rawPayload.subarray(4).toString() };
}

describe('POST /v1/traces', () => {
  it('answers 200 with an empty message when everything was taken, in the encoding of the request', async () => {
    const { post, batches } = await setUp();
    const json = await post(jsonBody);
    expect([json.statusCode, json.headers['content-type'], json.body]).toEqual([
      200,
      'application/json',
      '{}',
    ]);
    const protobuf = await post(await protobufBody(), { 'content-type': 'application/x-protobuf' });
    expect([protobuf.statusCode, protobuf.headers['content-type'], protobuf.rawPayload.length]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ]);
    expect(batches.map(({ rows }) => rows)).toEqual([2, 1]);
  });

  it('knows its content types with parameters and in any case', async () => {
    const { post } = await setUp();
    expect((await post(jsonBody, { 'content-type': 'Application/JSON; charset=utf-8' })).statusCode).toBe(
      200,
    );
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
    ['identity', (body: Buffer) => body],
  ])('takes %s', async (encoding, compress) => {
    const { post, batches } = await setUp();
    expect((await post(compress(jsonBody), { 'content-encoding': encoding })).statusCode).toBe(200);
    expect(batches[0]?.rows).toBe(2);
  });

  it('names a payload by its content, compressed or not', async () => {
    const { post, batches } = await setUp();
    await post(jsonBody);
    await post(gzipSync(jsonBody), { 'content-encoding': 'gzip' });
    await post(requestBody({ spans: [chat] }));
    const [plain, compressed, other] = batches.map(({ payloadHash }) => payloadHash);
    expect(compressed).toBe(plain);
    expect(other).not.toBe(plain);
  });

  it('takes a request without spans, and stores nothing for it', async () => {
    const { post, batches } = await setUp();
    expect((await post('{"resourceSpans":[]}')).statusCode).toBe(200);
    expect((await post('', { 'content-type': 'application/x-protobuf' })).statusCode).toBe(200);
    expect(batches).toEqual([]);
  });

  it('says what it rejects in a partial success, and stores the rest', async () => {
    const { post, batches, metrics } = await setUp();
    const body = requestBody({ spans: [chat, { ...chat, endedAgoMs: -3_600_000 }, { name: 'GET /' }] });
    const response = await post(body);
    expect(response.statusCode).toBe(200);
    expect(response.json().partialSuccess).toMatchObject({ rejectedSpans: '1' });
    expect(response.json().partialSuccess.errorMessage).toContain('future');
    expect(batches[0]?.rows).toBe(1);
    expect(await metrics.counts()).toMatchObject({
      acceptedSpans: 1,
      rejectedSpans: [{ reason: 'future', spans: 1 }],
      skippedSpans: [{ reason: 'unrelated', spans: 1 }],
    });
  });

  it('says the same in protobuf', async () => {
    const { post } = await setUp();
    const spans = await recordSpans({}, [
      {
        name: 'chat',
        startedAgoMs: -3_600_000,
        durationMs: 10,
        attributes: {},
        isError: false,
        message: '',
        events: [],
        links: [],
      },
    ]);
    const body = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? []);
    const response = await post(body, { 'content-type': 'application/x-protobuf' });
    const answer = ProtobufTraceSerializer.deserializeResponse(response.rawPayload);
    expect(answer.partialSuccess).toMatchObject({ rejectedSpans: 1 });
    expect(answer.partialSuccess?.errorMessage).toContain('future');
  });
});

describe('what is passed on', () => {
  it('is the request as it came: bytes, type and compression, and nothing else of it', async () => {
    const { post, forwarded } = await setUp({ keys: ringWith('secret') });
    const body = gzipSync(jsonBody);
    await post(body, { 'content-encoding': 'gzip', authorization: 'Bearer secret', via: '1.1 edge' });
    expect(forwarded).toEqual([
      { body, contentType: 'application/json', contentEncoding: 'gzip', via: '1.1 edge' },
    ]);
  });

  it('is everything acknowledged, whether or not it has streams', async () => {
    const { post, forwarded } = await setUp();
    await post(requestBody({ spans: [{ name: 'GET /' }] }));
    expect(forwarded).toHaveLength(1);
  });

  it.each<[string, AppendResult]>([
    ['stored before', { status: 'stored', isDuplicate: true }],
    ['not taken', { status: 'busy', reason: 'spool_failed', retryAfterSeconds: 1 }],
  ])('is nothing that was %s', async (_, result) => {
    const { post, forwarded } = await setUp({ append: async () => result });
    await post(jsonBody);
    await post('{"resourceSpans":[');
    expect(forwarded).toEqual([]);
  });
});

describe('POST /v1/traces refuses', () => {
  it('what it cannot decode with 400, a google.rpc.Status, and a reason', async () => {
    const { post, metrics } = await setUp();
    const json = await post('{"resourceSpans":[');
    expect([json.statusCode, json.json().code]).toEqual([400, 3]);
    const protobuf = await post(Buffer.from([0x0a, 0x7f, 1]), { 'content-type': 'application/x-protobuf' });
    expect(protobuf.statusCode).toBe(400);
    expect(protobuf.headers['content-type']).toBe('application/x-protobuf');
    expect(statusOf(protobuf)).toMatchObject({
      code: 3,
      message: expect.stringContaining('Not an OTLP trace request'),
    });
    expect((await metrics.counts()).refusedRequests).toEqual([{ reason: 'undecodable', requests: 2 }]);
  });

  it.each(['gzip', 'deflate', 'zstd'])('a body that is not the %s it says with 400', async (encoding) => {
    const { post } = await setUp();
    expect((await post(jsonBody, { 'content-encoding': encoding })).statusCode).toBe(400);
  });

  it('a body that ends inside its compression with 400', async () => {
    const { post } = await setUp();
    const cut = gzipSync(jsonBody).subarray(0, -12);
    expect((await post(cut, { 'content-encoding': 'gzip' })).statusCode).toBe(400);
  });

  it('a body over the limit with 413, before and after decompression', async () => {
    const { post, batches } = await setUp();
    const large = Buffer.alloc(maxBodyBytes + 1, ' ');
    expect((await post(large)).statusCode).toBe(413);
    const bomb = await post(gzipSync(large), { 'content-encoding': 'gzip' });
    expect([bomb.statusCode, bomb.json().code]).toEqual([413, 8]);
    expect(batches).toEqual([]);
  });

  it('other content types and encodings with 415', async () => {
    const { post, inject } = await setUp();
    expect((await post(jsonBody, { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await post(jsonBody, { 'content-encoding': 'br' })).statusCode).toBe(415);
    expect((await inject({ method: 'POST', url: '/v1/traces' })).statusCode).toBe(415);
  });

  it('everything with 503 and a short Retry-After while the spool is full', async () => {
    const { post, batches } = await setUp({ refusal: full });
    const response = await post(jsonBody);
    expect([response.statusCode, response.json().code]).toEqual([503, 14]);
    expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(5);
    expect(batches).toEqual([]);
  });

  it.each(['spool_full', 'spool_failed', 'stopping'] as const)(
    'with 503 when the sink is busy: %s',
    async (reason) => {
      const { post, metrics } = await setUp({
        append: async () => ({ status: 'busy', reason, retryAfterSeconds: 1 }),
      });
      const response = await post(jsonBody);
      expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
      expect(await metrics.counts()).toMatchObject({
        acceptedSpans: 0,
        refusedRequests: [{ reason, requests: 1 }],
      });
    },
  );

  it('with 500 what fails through a bug, so that nobody repeats it', async () => {
    const { post } = await setUp({ append: () => Promise.reject(new Error('a bug')) });
    expect((await post(jsonBody)).statusCode).toBe(500);
  });

  it('with 503 what does not fit into memory beside what is being received', async () => {
    const { post } = await setUp({ budgetBytes: 2_000 });
    const responses = await Promise.all([1, 2, 3, 4].map(() => post(jsonBody)));
    const statuses = responses.map(({ statusCode }) => statusCode).sort();
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(503);
    expect((await post(jsonBody)).statusCode).toBe(200);
  });

  it('nobody who left in the middle of a body, and gives back what that held', async () => {
    const { app, metrics, budget } = await setUp();
    const { hostname, port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), hostname);
    const head = [
      'POST /v1/traces HTTP/1.1',
      'host: a',
      'content-type: application/json',
      'content-length: 99',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{`);
    await expect.poll(() => budget.taken).toBe(99);
    socket.destroy();
    await expect
      .poll(async () => (await metrics.counts()).refusedRequests)
      .toEqual([{ reason: 'cancelled', requests: 1 }]);
    await expect.poll(() => budget.taken).toBe(0);
    await app.close();
  });

  it('other methods with 405', async () => {
    const { inject } = await setUp();
    const response = await inject({ method: 'GET', url: '/v1/traces' });
    expect([response.statusCode, response.headers.allow]).toEqual([405, 'POST, OPTIONS']);
  });

  it('senders without the key with 401, when there is one', async () => {
    const { post } = await setUp({ keys: ringWith('secret') });
    const refused = await post(jsonBody, { authorization: 'Bearer other' });
    expect([refused.statusCode, refused.json().code]).toEqual([401, 16]);
    expect((await post(jsonBody, { authorization: 'Bearer secret' })).statusCode).toBe(200);
  });
});

describe('browsers', () => {
  const origin = 'https://shop.example';

  it('may ask first, without a key', async () => {
    const { inject } = await setUp({ keys: ringWith('secret') });
    const response = await inject({
      method: 'OPTIONS',
      url: '/v1/traces',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });
    expect(response.statusCode).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'content-type,authorization',
      'access-control-expose-headers': 'Retry-After',
    });
  });

  it('can read when to come back', async () => {
    const { post } = await setUp({ refusal: full });
    expect((await post(jsonBody, { origin })).headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Retry-After',
      'retry-after': '5',
    });
  });
});
