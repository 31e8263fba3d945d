import type { Meter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { StreamFacts } from '@weir/schemas/attributes';
import { inferenceMetrics, operationMetrics, weirMetrics } from '@weir/schemas/metrics';
import { beforeEach, describe, expect, test } from 'vitest';
import { countLostSpans, createStreamMetrics, type MetricOptions, type StreamMetrics } from './metrics.ts';

let exporter: InMemoryMetricExporter;
let reader: PeriodicExportingMetricReader;
let meter: Meter;
let metrics: StreamMetrics;

beforeEach(() => record({ names: 'operation', chunkTimes: false }));

function record(options: Required<MetricOptions>): void {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  metrics = createStreamMetrics(meter, options);
}

async function recorded() {
  await reader.forceFlush();
  return exporter
    .getMetrics()
    .flatMap((resource) => resource.scopeMetrics.flatMap((scope) => scope.metrics))
    .filter(({ dataPoints }) => dataPoints.length > 0);
}

async function points(name: string) {
  return (await recorded()).find((metric) => metric.descriptor.name === name)?.dataPoints ?? [];
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

describe('every metric of the table is recorded', () => {
  const whole: StreamFacts = {
    ...failed,
    outputTokens: 30,
    cacheReadTokens: 4,
    reasoningTokens: 5,
    gapHistogram: [0, 2, 40, 3],
  };
  const namesOf = (table: object) => Object.values(table).map(({ name }) => name);

  test.each([
    ['operation', [operationMetrics]],
    ['inference', [inferenceMetrics]],
    ['both', [operationMetrics, inferenceMetrics]],
  ] as const)('with the names of %s, with its unit, and no other', async (names, tables) => {
    record({ names, chunkTimes: true });
    metrics.ended(whole, 2.5);
    metrics.bug();
    metrics.dropped('vendor_retry');
    metrics.decided('reset', { status: 'retry' });
    countLostSpans(meter, 2, 'queue_full');
    const found = await recorded();
    const wanted = [...tables, weirMetrics];
    expect(found.map(({ descriptor }) => descriptor.name).sort()).toEqual(wanted.flatMap(namesOf).sort());
    const unitOf = new Map(
      wanted.flatMap((table) => Object.values(table)).map(({ name, unit }) => [name, unit]),
    );
    for (const { descriptor } of found) expect(descriptor.unit).toBe(unitOf.get(descriptor.name));
  });

  test('gaps one by one, if that is asked for', async () => {
    metrics.ended(whole, 2.5);
    expect(await points('gen_ai.client.operation.time_per_output_chunk')).toEqual([]);
    record({ names: 'operation', chunkTimes: true });
    metrics.ended(whole, 2.5);
    const [gaps] = await points('gen_ai.client.operation.time_per_output_chunk');
    const sum = 2 * 0.0005 + 3 * 0.001 * 1.1 ** 39.5;
    expect(gaps?.value).toMatchObject({ count: 5, sum: expect.closeTo(sum, 6) });
  });

  test('tokens of the newer names as distributions, and as sums of what was spent', async () => {
    record({ names: 'inference', chunkTimes: false });
    metrics.ended(whole, 1);
    metrics.ended(whole, 1);
    const [each] = await points('gen_ai.client.inference.operation.output_tokens');
    expect(each?.value).toMatchObject({ count: 2, max: 30 });
    expect(each?.attributes).toMatchObject({ 'error.type': 'reset' });
    const [spent] = await points('gen_ai.client.inference.usage.output_tokens');
    expect(spent?.value).toBe(60);
    expect(spent?.attributes).toMatchObject({ 'gen_ai.token.modality': 'unknown' });
    expect(spent?.attributes).not.toHaveProperty('error.type');
  });
});

test('lost spans are counted by cause', async () => {
  countLostSpans(meter, 2, 'queue_full');
  countLostSpans(meter, 3, 'queue_full');
  const [point] = await points('weir.export.lost_spans');
  expect([point?.value, point?.attributes]).toEqual([5, { 'error.type': 'queue_full' }]);
});

test('what there is no room to keep is counted by its kind', async () => {
  metrics.dropped('vendor_retry');
  metrics.dropped('vendor_retry');
  metrics.dropped('open_stream');
  const counted = (await points(weirMetrics.dropped.name)).map(({ value, attributes }) => [
    attributes,
    value,
  ]);
  expect(counted).toEqual([
    [{ 'weir.dropped.kind': 'vendor_retry' }, 2],
    [{ 'weir.dropped.kind': 'open_stream' }, 1],
  ]);
});
