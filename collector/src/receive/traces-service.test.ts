import { once } from 'node:events';
import { connect } from 'node:http2';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppendResult } from '../spool/sink.ts';
import { createGrpcServer } from './grpc-server.ts';
import { type FakeSinkOptions, receiveIntoFakeSink, ringWith } from './testing/fake-sink.ts';
import { recordSpans } from './testing/otel-spans.ts';
import { exportMethod } from './traces-service.ts';

const maxBodyBytes = 100_000;
const ended: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(ended.splice(0).map((end) => end()));
});

interface SetUp extends Omit<FakeSinkOptions, 'maxBodyBytes'> {
  readonly arrivalMs?: number;
}

interface Sent {
  readonly error?: ServiceError;
  readonly answer?: Buffer;
}

async function setUp(options: SetUp = {}) {
  const received = receiveIntoFakeSink({ maxBodyBytes, ...options });
  const { receiver, metrics } = received;
  const server = createGrpcServer({
    ...{ receiver, metrics, maxBodyBytes, logger: pino({ level: 'silent' }), now: () => performance.now() },
    ...(options.arrivalMs !== undefined && { arrivalMs: options.arrivalMs }),
  });
  const port = await server.listen('127.0.0.1', 0);
  const client = clientOf(port);
  ended.push(
    () => client.close(),
    () => server.close(0),
  );
  return { ...received, server, port, send: (body: Buffer, metadata = {}) => send(client, body, metadata) };
}

/** @param compression 2 is gzip */
function clientOf(port: number, compression = 0): Client {
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': compression,
    'grpc.enable_retries': 0,
  });
}

function send(client: Client, body: Buffer, fields: Record<string, string> = {}): Promise<Sent> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  const { path, requestSerialize, responseDeserialize } = exportMethod;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, body, metadata, (error, answer) =>
      resolve({ ...(error !== null && { error }), ...(answer !== undefined && { answer }) }),
    );
  });
}

async function requestOf(...startedAgoMs: number[]): Promise<Buffer> {
  const spans = startedAgoMs.map((ms) => ({
    ...{ name: 'chat', startedAgoMs: ms, durationMs: 10, attributes: { 'gen_ai.system': 'openai' } },
    ...{ isError: false, message: '', events: [], links: [] },
  }));
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(await recordSpans({}, spans)) ?? []);
}

/** The part of a `google.rpc.Status` that says when to come back, as bytes. */
function retryInfo(error: ServiceError | undefined): Buffer | undefined {
  const details = error?.metadata.get('grpc-status-details-bin')[0];
  if (!Buffer.isBuffer(details)) return undefined;
  const name = 'type.googleapis.com/google.rpc.RetryInfo';
  return details.subarray(details.indexOf(name) + name.length);
}

/** A `google.rpc.RetryInfo` of one second, as the value of a `google.protobuf.Any`. */
const oneSecond = Buffer.from([0x12, 4, 0x0a, 2, 0x08, 1]);

describe('TraceService/Export', () => {
  it('answers with an empty message when everything was taken', async () => {
    const { send, batches } = await setUp();
    const body = await requestOf(5_000, 6_000);
    expect(await send(body)).toEqual({ answer: Buffer.alloc(0) });
    expect(batches.map(({ rows }) => rows)).toEqual([2]);
  });

  it('takes gzip, and names the payload as without', async () => {
    const { send: plain, port, batches } = await setUp();
    const client = clientOf(port, 2);
    const body = await requestOf(5_000, 6_000);
    await send(client, body);
    await plain(body);
    client.close();
    const [compressed, uncompressed] = batches;
    expect(compressed).toEqual(uncompressed);
  });

  it('takes a request without spans', async () => {
    const { send, batches } = await setUp();
    expect(await send(Buffer.alloc(0))).toEqual({ answer: Buffer.alloc(0) });
    expect(batches).toEqual([]);
  });

  it('says what it rejects in a partial success, and stores the rest', async () => {
    const { send, batches } = await setUp();
    const { answer } = await send(await requestOf(5_000, -3_600_000));
    const { partialSuccess } = ProtobufTraceSerializer.deserializeResponse(answer ?? Buffer.alloc(0));
    expect(partialSuccess).toMatchObject({ rejectedSpans: 1 });
    expect(partialSuccess?.errorMessage).toContain('future');
    expect(batches.map(({ rows }) => rows)).toEqual([1]);
  });

  it('counts what it takes and refuses as HTTP does, by its own name', async () => {
    const { send, metrics, registry } = await setUp();
    await send(await requestOf(5_000));
    await send(Buffer.from([0x0a, 0x7f, 1]));
    expect(await metrics.counts()).toMatchObject({
      acceptedSpans: 1,
      refusedRequests: [{ reason: 'undecodable', requests: 1 }],
    });
    const text = await registry.metrics();
    expect(text).toContain('weir_refused_requests_total{reason="undecodable",transport="grpc"} 1');
    for (const code of ['OK', 'INVALID_ARGUMENT'])
      expect(text).toContain(
        `weir_ingest_request_duration_seconds_count{transport="grpc",status="${code}",encoding="protobuf"} 1`,
      );
  });

  it('gives back the memory it holds, however a call ended', async () => {
    const { send, budget } = await setUp();
    await send(await requestOf(5_000));
    await send(Buffer.from([0x0a, 0x7f, 1]));
    await send(Buffer.alloc(maxBodyBytes + 1));
    expect(budget.taken).toBe(0);
  });
});

describe('TraceService/Export refuses', () => {
  it('what it cannot decode with INVALID_ARGUMENT and a reason', async () => {
    const { send } = await setUp();
    const { error } = await send(Buffer.from([0x0a, 0x7f, 1]));
    expect(error).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('Not an OTLP trace request'),
    });
    expect(retryInfo(error)).toBeUndefined();
  });

  it.each(['spool_full', 'spool_failed', 'stopping'] as const)(
    'with UNAVAILABLE and when to come back if the sink is busy: %s',
    async (reason) => {
      const { send, metrics } = await setUp({
        append: async () => ({ status: 'busy', reason, retryAfterSeconds: 1 }),
      });
      const { error } = await send(await requestOf(5_000));
      expect(error?.code).toBe(status.UNAVAILABLE);
      expect(retryInfo(error)).toEqual(oneSecond);
      expect((await metrics.counts()).refusedRequests).toEqual([{ reason, requests: 1 }]);
    },
  );

  it('everything with UNAVAILABLE while the spool is full', async () => {
    const { send, batches } = await setUp({
      refusal: { status: 'busy', reason: 'spool_full', retryAfterSeconds: 5 },
    });
    const { error } = await send(await requestOf(5_000));
    expect(error?.code).toBe(status.UNAVAILABLE);
    expect(retryInfo(error)).toBeDefined();
    expect(batches).toEqual([]);
  });

  it('senders without the key with UNAUTHENTICATED, before they have sent anything', async () => {
    const { send, batches, metrics } = await setUp({ keys: ringWith('secret') });
    const body = await requestOf(5_000);
    expect((await send(body)).error?.code).toBe(status.UNAUTHENTICATED);
    expect((await send(body, { authorization: 'Bearer other' })).error?.code).toBe(status.UNAUTHENTICATED);
    expect(batches).toEqual([]);
    expect((await send(body, { authorization: 'Bearer secret' })).error).toBeUndefined();
    expect((await metrics.counts()).refusedRequests).toEqual([
      { reason: 'missing_key', requests: 1 },
      { reason: 'unknown_key', requests: 1 },
    ]);
  });

  it.each([
    ['as it is sent', 0],
    ['after decompression', 2],
  ])('a message over the limit %s, without asking to repeat it', async (_, compression) => {
    const { port, batches, metrics } = await setUp();
    const client = clientOf(port, compression);
    const { error } = await send(client, Buffer.alloc(maxBodyBytes + 1, ' '));
    client.close();
    expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(retryInfo(error)).toBeUndefined();
    expect(batches).toEqual([]);
    expect((await metrics.counts()).refusedRequests).toEqual([{ reason: 'too_large', requests: 1 }]);
  });

  it('with INTERNAL what fails through a bug, so that nobody repeats it', async () => {
    const { send, metrics } = await setUp({ append: () => Promise.reject(new Error('a bug')) });
    expect((await send(await requestOf(5_000))).error).toMatchObject({
      code: status.INTERNAL,
      details: expect.not.stringContaining('a bug'),
    });
    expect((await metrics.counts()).refusedRequests).toEqual([{ reason: 'internal', requests: 1 }]);
  });

  it('with INTERNAL what breaks the receiver, and keeps on', async () => {
    const { send } = await setUp({ append: () => Promise.reject(new Error('a bug')) });
    const { error } = await send(await requestOf(5_000));
    expect(error).toMatchObject({ code: status.INTERNAL, details: expect.not.stringContaining('a bug') });
    expect((await send(Buffer.alloc(0))).error).toBeUndefined();
  });

  it('other methods with UNIMPLEMENTED', async () => {
    const { port } = await setUp();
    const client = clientOf(port);
    const path = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
    const code = await new Promise<number | undefined>((resolve) => {
      const same = (bytes: Buffer) => bytes;
      client.makeUnaryRequest(path, same, same, Buffer.alloc(0), (error) => resolve(error?.code));
    });
    client.close();
    expect(code).toBe(status.UNIMPLEMENTED);
  });
});

/** One call over a bare HTTP/2 connection. @returns its status */
async function sendFrames(
  port: number,
  headers: Record<string, string>,
  ...frames: Buffer[]
): Promise<number> {
  const session = connect(`http://127.0.0.1:${port}`);
  const call = session.request({
    ...{ ':method': 'POST', ':path': exportMethod.path, te: 'trailers' },
    ...{ 'content-type': 'application/grpc', ...headers },
  });
  for (const frame of frames) call.write(frame);
  const [answer] = await once(call, 'response');
  call.destroy();
  session.destroy();
  return Number(answer['grpc-status']);
}

describe('bytes that are no call of a gRPC client', () => {
  it('damaged in their compression are INVALID_ARGUMENT, so that nobody repeats them', async () => {
    const { port, metrics } = await setUp();
    const damaged = Buffer.from([1, 0, 0, 0, 3, 1, 2, 3]);
    expect(await sendFrames(port, { 'grpc-encoding': 'gzip' }, damaged)).toBe(status.INVALID_ARGUMENT);
    expect((await metrics.counts()).refusedRequests).toEqual([{ reason: 'undecodable', requests: 1 }]);
  });

  it('in another compression are UNIMPLEMENTED', async () => {
    const { port, metrics } = await setUp();
    const compressed = Buffer.from([1, 0, 0, 0, 3, 1, 2, 3]);
    expect(await sendFrames(port, { 'grpc-encoding': 'snappy' }, compressed)).toBe(status.UNIMPLEMENTED);
    expect((await metrics.counts()).refusedRequests).toEqual([{ reason: 'unsupported_type', requests: 1 }]);
  });

  it('that never end are cut off, and what they held is given back', async () => {
    const { port, metrics, budget } = await setUp({ arrivalMs: 20 });
    expect(await sendFrames(port, {}, Buffer.from([0, 0, 0, 0, 9, 1]))).toBe(status.DEADLINE_EXCEEDED);
    expect((await metrics.counts()).refusedRequests).toEqual([{ reason: 'timeout', requests: 1 }]);
    expect(budget.taken).toBe(0);
  });
});

describe('a gRPC server that closes', () => {
  it('finishes the call under way', async () => {
    const append = Promise.withResolvers<AppendResult>();
    const arrived = Promise.withResolvers<void>();
    const { send, server } = await setUp({
      append: () => {
        arrived.resolve();
        return append.promise;
      },
    });
    const sent = send(await requestOf(5_000));
    await arrived.promise;
    const closing = server.close(60_000);
    append.resolve({ status: 'stored', isDuplicate: false });
    expect((await sent).error).toBeUndefined();
    await closing;
  });

  it('does not wait longer than its grace', async () => {
    const arrived = Promise.withResolvers<void>();
    const { send, server, metrics } = await setUp({
      append: () => {
        arrived.resolve();
        return new Promise(() => undefined);
      },
    });
    const sent = send(await requestOf(5_000));
    await arrived.promise;
    await server.close(10);
    expect((await sent).error).toBeDefined();
    await expect
      .poll(async () => (await metrics.counts()).refusedRequests)
      .toEqual([{ reason: 'cancelled', requests: 1 }]);
  });
});
