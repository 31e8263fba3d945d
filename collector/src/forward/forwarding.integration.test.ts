import { Metadata } from '@grpc/grpc-js';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Pipeline } from '@weir/schemas/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTemporaryCollector, type TemporaryCollector } from '../testing/temporary-collector.ts';
import { type OtlpEndpoint, startOtlpEndpoint } from './testing/otlp-endpoint.ts';

const ingestKey = 'a-key-of-this-collector';
let endpoint: OtlpEndpoint;
let temporary: TemporaryCollector;

beforeAll(async () => {
  endpoint = await startOtlpEndpoint(() => ({ status: 200 }));
  temporary = await startTemporaryCollector({
    WEIR_INGEST_KEY: ingestKey,
    WEIR_FORWARD_NEXT_URL: endpoint.url,
    WEIR_FORWARD_NEXT_HEADERS: 'authorization=Bearer%20theirs',
  });
});

afterAll(async () => {
  await temporary?.dispose();
  await endpoint?.close();
});

async function recordSpan(): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  provider
    .getTracer('test')
    .startSpan('chat', { attributes: { 'gen_ai.system': 'openai' } })
    .end();
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

it('what a collector takes over HTTP and over gRPC arrives at another endpoint, without the keys of its own', async () => {
  const { url, grpcUrl = '' } = temporary.collector;
  const headers = { authorization: `Bearer ${ingestKey}` };
  const [overHttp, overGrpc] = [await recordSpan(), await recordSpan()];
  expect(await exportAll(new JsonExporter({ url: `${url}/v1/traces`, headers }), overHttp)).toBe(0);
  const metadata = new Metadata();
  metadata.set('authorization', headers.authorization);
  expect(await exportAll(new GrpcExporter({ url: grpcUrl, metadata }), overGrpc)).toBe(0);

  await expect.poll(() => endpoint.received.length).toBe(2);
  const bodies = new Map(
    endpoint.received.map(({ headers: { 'content-type': type }, body }) => [type, body]),
  );
  const asSent = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []);
  expect(bodies.get('application/json')).toEqual(asSent(JsonTraceSerializer.serializeRequest(overHttp)));
  expect(bodies.get('application/x-protobuf')).toEqual(
    asSent(ProtobufTraceSerializer.serializeRequest(overGrpc)),
  );
  expect(endpoint.received.map(({ headers: { authorization } }) => authorization)).toEqual(
    Array(2).fill('Bearer theirs'),
  );
  const { forwarding } = await temporary.ask<Pipeline>('/pipeline');
  expect(forwarding).toMatchObject([
    { endpoint: 'next', forwardedRequests: 2, droppedRequests: [], queuedRequests: 0 },
  ]);
});
