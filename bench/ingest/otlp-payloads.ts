import { SpanKind } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export interface OtlpPayloads {
  readonly spans: number;
  readonly protobuf: Buffer;
  readonly json: Buffer;
  /** Where the ids of the spans are in `protobuf`. */
  readonly spanIdOffsets: readonly number[];
}

const models = ['gpt-5', 'gpt-5-mini', 'claude-sonnet-4-5', 'gemini-3-pro'];
const reasons = [...Array.from({ length: 18 }, () => 'completed'), 'reset', 'truncated'];
const attachments = ['none', 'none', 'pdf', 'image'];

/** One export of our SDK as the official exporters write it: `spans` streams of 33 attributes, no two alike. */
export async function otlpPayloads(spans: number, batch: number): Promise<OtlpPayloads> {
  const recorded = await record(spans, batch);
  const protobuf = Buffer.from(ProtobufTraceSerializer.serializeRequest(recorded) ?? []);
  return {
    spans,
    protobuf,
    json: Buffer.from(JsonTraceSerializer.serializeRequest(recorded) ?? []),
    spanIdOffsets: recorded.map((span) => protobuf.indexOf(span.spanContext().spanId, 0, 'hex')),
  };
}

/** The same request of other spans: the collector counts a span once, however often it is sent. */
export function renewed({ protobuf, spanIdOffsets }: OtlpPayloads, number: number): Uint8Array<ArrayBuffer> {
  const body = Buffer.alloc(protobuf.length, protobuf);
  for (const offset of spanIdOffsets) body.writeUInt32LE(number, offset);
  return new Uint8Array(body.buffer);
}

async function record(spans: number, batch: number): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'chat-backend',
      'service.version': '1.4.2',
      'deployment.environment.name': 'production',
      'cloud.region': 'eu-west-1',
    }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('@weir/sdk', '0.1.0');
  for (let i = 0; i < spans; i += 1) {
    const model = models[i % models.length] ?? '';
    tracer
      .startSpan(`chat ${model}`, {
        kind: SpanKind.CLIENT,
        attributes: attributesOf(batch * spans + i, model),
      })
      .end();
  }
  await provider.forceFlush();
  return exporter.getFinishedSpans();
}

function attributesOf(number: number, model: string) {
  const reason = reasons[number % reasons.length] ?? '';
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'gen_ai.request.stream': true,
    'gen_ai.response.model': `${model}-2026-01-01`,
    'gen_ai.response.id': `resp_${number}`,
    'gen_ai.response.time_to_first_chunk': 0.2 + (number % 97) / 100,
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 100 + (number % 900),
    'gen_ai.usage.output_tokens': 50 + (number % 700),
    'server.address': 'api.openai.com',
    'server.port': 443,
    'http.response.status_code': 200,
    'weir.stream.vantage': 'consumer',
    'weir.stream.protocol': 'openai_chat',
    'weir.stream.termination.reason': reason,
    'weir.stream.stage': reason === 'completed' ? 'done' : 'streaming',
    'weir.stream.initiator': reason === 'completed' ? 'provider' : 'intermediary',
    'weir.stream.terminal_event.received': reason === 'completed',
    'weir.stream.event.count': 60 + (number % 50),
    'weir.stream.chunk.count': 50 + (number % 50),
    'weir.stream.received.size': 10_000 + number,
    'weir.stream.time_to_headers': 0.1 + (number % 31) / 100,
    'weir.stream.time_to_last_chunk': 3 + (number % 71) / 10,
    'weir.stream.chunk.gap.p50': 0.02,
    'weir.stream.chunk.gap.p99': 0.2 + (number % 13) / 100,
    'weir.stream.chunk.gap.max': 0.4 + (number % 17) / 10,
    'weir.stream.chunk.gap.histogram': [30, 40 + (number % 9), 34, 8, 50, 1],
    'weir.request.attachment.class': attachments[number % attachments.length] ?? '',
    'weir.request.id': `request-${number}`,
    'weir.request.attempt': 1,
    'network.connection.type': 'wifi',
    'network.protocol.version': '2',
  };
}
