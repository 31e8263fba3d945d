import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { beforeEach, describe, expect, test } from 'vitest';
import { createStreamMetrics, type StreamMetrics } from './metrics.ts';

let exporter: InMemoryMetricExporter;
let reader: PeriodicExportingMetricReader;
let metrics: StreamMetrics;

beforeEach(() => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  metrics = createStreamMetrics(new MeterProvider({ readers: [reader] }).getMeter('test'));
});

async function points(name: string) {
  await reader.forceFlush();
  const all = exporter
    .getMetrics()
    .flatMap((resource) => resource.scopeMetrics.flatMap((scope) => scope.metrics));
  return all.find((metric) => metric.descriptor.name === name)?.dataPoints ?? [];
}

const failed = {
  operation: 'chat',
  provider: 'openai',
  model: 'gpt-4.1',
  serverAddress: 'api.openai.com',
  errorType: 'reset',
  outcome: 'failed',
  reason: 'reset',
  stage: 'streaming',
  initiator: 'unknown',
  ttftSeconds: 0.4,
  inputTokens: 12,
  userHash: 'never a label',
  responseId: 'never a label',
};

describe('metrics of an ended stream', () => {
  test('are named and grouped as the conventions say', async () => {
    metrics.ended(failed, 2.5);
    const [duration] = await points('gen_ai.client.operation.duration');
    expect(duration?.value).toMatchObject({ count: 1, sum: 2.5 });
    expect(duration?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4.1',
      'server.address': 'api.openai.com',
      'error.type': 'reset',
    });
    const [firstChunk] = await points('gen_ai.client.operation.time_to_first_chunk');
    expect(firstChunk?.value).toMatchObject({ sum: 0.4 });
    const tokens = await points('gen_ai.client.token.usage');
    expect(tokens.map(({ attributes }) => attributes['gen_ai.token.type'])).toEqual(['input']);
  });

  test('count every ending by what ended it', async () => {
    metrics.ended(failed, 1);
    metrics.ended({ ...failed, outcome: 'completed', reason: 'completed' }, 1);
    metrics.ended(failed, 1);
    const ended = await points('weir.client.stream.ended');
    expect(ended.map(({ value, attributes }) => [attributes['weir.stream.outcome'], value])).toEqual([
      ['failed', 2],
      ['completed', 1],
    ]);
  });

  test('leave out what is not known', async () => {
    metrics.ended({ operation: 'chat' }, 1);
    expect(await points('gen_ai.client.operation.time_to_first_chunk')).toEqual([]);
  });
});

test('bugs of the instrumentation are counted', async () => {
  metrics.bug();
  metrics.bug();
  expect((await points('weir.sdk.errors'))[0]?.value).toBe(2);
});
