import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Pipeline, StreamAnswer, StreamPage, Summary } from '@weir/schemas/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTemporaryCollector, type TemporaryCollector } from './testing/temporary-collector.ts';

let temporary: TemporaryCollector;

beforeAll(async () => {
  temporary = await startTemporaryCollector();
});

afterAll(() => temporary?.dispose());

/** Streams of one service, so that a test sees its own. */
async function recordStreams(service: string, streams: number, attributes = {}): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('@weir/sdk', '0.1.0');
  for (let i = 0; i < streams; i += 1) {
    const span = tracer.startSpan('chat gpt-5', {
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-5',
        'gen_ai.response.time_to_first_chunk': 1,
        'weir.stream.termination.reason': i % 4 === 0 ? 'reset' : 'completed',
        ...attributes,
      },
    });
    span.end();
  }
  await provider.forceFlush();
  return exporter.getFinishedSpans();
}

async function exportAll(exporter: SpanExporter, spans: ReadableSpan[]): Promise<number> {
  const code = await new Promise<number>((resolve) =>
    exporter.export(spans, (result) => resolve(result.code)),
  );
  await exporter.shutdown();
  return code;
}

function grpcUrl(): string {
  const { grpcUrl: url } = temporary.collector;
  if (url === undefined) throw new Error('gRPC is off');
  return url;
}

function summaryOf(service: string): Promise<Summary> {
  return temporary.ask<Summary>(`/summary?filter=service:${service}`);
}

/** What is acknowledged is found by questions soon after. */
function eventually(assertion: () => Promise<void>): Promise<void> {
  return vi.waitFor(assertion, { timeout: 20_000, interval: 50 });
}

function untilSummary(service: string, expected: object): Promise<void> {
  return eventually(async () => expect(await summaryOf(service)).toMatchObject(expected));
}

async function untilLoaded(): Promise<Pipeline> {
  await eventually(async () => {
    expect((await temporary.ask<Pipeline>('/pipeline')).spool.segments).toBe(0);
  });
  return temporary.ask<Pipeline>('/pipeline');
}

/** Whatever a span may give as its time. */
function everything(): Promise<Summary> {
  const now = Date.now();
  return temporary.ask<Summary>(`/summary?from=${now - 31 * 86_400_000}&to=${now + 660_000}`);
}

async function post(body: Buffer): Promise<Response> {
  return fetch(`${temporary.collector.url}/v1/traces`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/x-protobuf' },
  });
}

/** Three bytes changed: the same in every run, others for every number. */
function damaged(whole: Buffer, number: number): Buffer {
  const body = Buffer.from(whole);
  for (let k = 0; k < 3; k += 1) {
    body[(number * 7_919 + k * 104_729) % body.length] = (number * 31 + k * 17) % 256;
  }
  return body;
}

async function bodyOf(service: string, streams: number): Promise<Buffer> {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(await recordStreams(service, streams)) ?? []);
}

async function untilNotReady(): Promise<void> {
  while ((await fetch(`${temporary.collector.url}/readyz`)).status !== 503);
}

describe('spans of the official exporters', () => {
  const exporters: [name: string, make: (url: string) => SpanExporter][] = [
    ['protobuf', (url) => new ProtobufExporter({ url })],
    ['protobuf-gzip', (url) => new ProtobufExporter({ url, compression: 'gzip' as never })],
    ['json', (url) => new JsonExporter({ url })],
    ['json-gzip', (url) => new JsonExporter({ url, compression: 'gzip' as never })],
    ['grpc', () => new GrpcExporter({ url: grpcUrl() })],
    ['grpc-gzip', () => new GrpcExporter({ url: grpcUrl(), compression: 'gzip' as never })],
  ];
  it.each(exporters)(
    'are in the answers of the API soon after they are acknowledged: %s',
    async (name, make) => {
      const exporter = make(`${temporary.collector.url}/v1/traces`);
      expect(await exportAll(exporter, await recordStreams(name, 12))).toBe(0);
      await untilSummary(name, {
        streams: 12,
        failed: 3,
        completed: 9,
        ttftSeconds: { p50: expect.closeTo(1, 1) },
      });
    },
  );

  it('are found one by one', async () => {
    const [span] = await recordStreams('one', 1, { 'weir.request.id': 'req-1' });
    if (span === undefined) throw new Error('no span');
    await exportAll(new JsonExporter({ url: `${temporary.collector.url}/v1/traces` }), [span]);
    const { traceId, spanId } = span.spanContext();
    await untilLoaded();
    const { stream } = await temporary.ask<StreamAnswer>(`/streams/${traceId}/${spanId}`);
    expect(stream).toMatchObject({ traceId, spanId, service: 'one', reason: 'reset', requestId: 'req-1' });
    const page = await temporary.ask<StreamPage>('/streams?search=req-1');
    expect(page.rows.map((row) => row.spanId)).toEqual([spanId]);
  });
});

describe('what is sent again', () => {
  it('counts once over HTTP and over gRPC together', async () => {
    const spans = await recordStreams('both', 5);
    expect(await exportAll(new GrpcExporter({ url: grpcUrl() }), spans)).toBe(0);
    const body = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? []);
    expect((await post(body)).status).toBe(200);
    await untilLoaded();
    expect(await summaryOf('both')).toMatchObject({ streams: 5 });
  });

  it('counts once: one after the other, and at the same time', async () => {
    const body = await bodyOf('again', 5);
    const answers = await Promise.all([post(body), post(body), post(body)]);
    answers.push(await post(body));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await untilLoaded();
    expect(await summaryOf('again')).toMatchObject({ streams: 5 });
  });

  it('counts once in other batches than before, too', async () => {
    const spans = await recordStreams('regrouped', 6);
    const bodies = [spans.slice(0, 4), spans.slice(2), spans, spans.toReversed()].map((group) =>
      Buffer.from(ProtobufTraceSerializer.serializeRequest(group) ?? []),
    );
    const before = await temporary.ask<Pipeline>('/pipeline');
    for (const body of bodies) expect((await post(body)).status).toBe(200);
    const after = await untilLoaded();
    expect(await summaryOf('regrouped')).toMatchObject({ streams: 6 });
    expect(after.acceptedSpans - before.acceptedSpans).toBe(6);
    expect(after.duplicateSpans - before.duplicateSpans).toBe(4 + 4 + 6 + 6 - 6);
  });
});

describe('many senders at once', () => {
  it('are all acknowledged, and every stream is there once', async () => {
    const bodies = await Promise.all(Array.from({ length: 60 }, () => bodyOf('crowd', 7)));
    const answers = await Promise.all(bodies.map(post));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await untilLoaded();
    expect(await summaryOf('crowd')).toMatchObject({ streams: 420 });
  });
});

describe('damaged requests', () => {
  it('are read or refused, and what is acknowledged as stored is stored', async () => {
    const before = await untilLoaded();
    const storedBefore = (await everything()).streams;
    const whole = await bodyOf('damaged', 2);
    const statuses = new Set<number>();
    for (let round = 0; round < 10; round += 1) {
      const bodies = Array.from({ length: 50 }, (_, i) => damaged(whole, 50 * round + i));
      for (const { status } of await Promise.all(bodies.map(post))) statuses.add(status);
    }
    expect([...statuses].sort()).toEqual([200, 400]);
    const after = await untilLoaded();
    const stored = (await everything()).streams - storedBefore;
    expect(after.acceptedSpans - before.acceptedSpans).toBe(stored);
    expect(stored).toBeGreaterThan(50);
  });
});

describe('ClickHouse killed in the middle', () => {
  it('costs senders nothing, and questions a moment', async () => {
    const processId = temporary.collector.clickhouseProcessId();
    if (processId === undefined) throw new Error('no ClickHouse to kill');
    const exporter = new ProtobufExporter({ url: `${temporary.collector.url}/v1/traces` });
    const body = await bodyOf('survivor', 1);
    const spans = await recordStreams('survivor', 10);
    process.kill(processId, 'SIGKILL');
    await untilNotReady();
    expect((await post(body)).status).toBe(200);
    expect(await exportAll(exporter, spans)).toBe(0);
    await expect(summaryOf('survivor')).rejects.toThrow(/503 .*clickhouse-unavailable/);
    await untilSummary('survivor', { streams: 11 });
  });
});

describe('the state of the pipeline', () => {
  it('tells what came and how late', async () => {
    await post(await bodyOf('lag', 1));
    const pipeline = await temporary.ask<Pipeline>('/pipeline');
    expect(pipeline).toMatchObject({
      status: 'ready',
      clickhouse: 'ready',
      endpoint: `${temporary.collector.url}/v1/traces`,
    });
    expect(pipeline.ingestLagSeconds).toBeGreaterThanOrEqual(0);
    expect(Date.parse(pipeline.lastSpanAt ?? '')).toBeGreaterThan(0);
  });
});
