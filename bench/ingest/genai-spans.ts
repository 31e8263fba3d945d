import { SpanKind } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** The size at which OpenTelemetry's batch processors export by default. */
export const SPANS_A_REQUEST = 512;

const models = ['gpt-5', 'gpt-5-mini', 'claude-sonnet-4-5', 'gemini-3-pro'];
const reasons = [...Array.from({ length: 18 }, () => 'completed'), 'reset', 'truncated'];

/** Spans of model calls, no two alike. */
export async function recordSpans(spans: number, batch: number): Promise<ReadableSpan[]> {
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
    const attributes = attributesOf(batch * spans + i);
    tracer.startSpan('chat', { kind: SpanKind.CLIENT, attributes }).end();
  }
  await provider.forceFlush();
  return exporter.getFinishedSpans();
}

function attributesOf(number: number) {
  const model = models[number % models.length] ?? '';
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
    'http.response.status_code': 200,
    'weir.stream.vantage': 'consumer',
    'weir.stream.protocol': 'openai_chat',
    'weir.stream.termination.reason': reason,
    'weir.stream.stage': reason === 'completed' ? 'done' : 'streaming',
    'weir.stream.terminal_event.received': reason === 'completed',
    'weir.stream.event.count': 60 + (number % 50),
    'weir.stream.received.size': 10_000 + number,
    'weir.stream.time_to_headers': 0.1 + (number % 31) / 100,
    'weir.stream.chunk.gap.p99': 0.2 + (number % 13) / 100,
    'weir.stream.chunk.gap.max': 0.4 + (number % 17) / 10,
    'weir.stream.chunk.gap.histogram': [30, 40 + (number % 9), 34, 8, 50, 1],
    'weir.request.id': `request-${number}`,
    'network.protocol.version': '2',
  };
}
