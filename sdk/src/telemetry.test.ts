import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { StreamFacts } from '@weir/schemas/attributes';
import { describe, expect, test } from 'vitest';
import type { SampleOption } from './sampling.ts';
import { createTelemetry } from './telemetry.ts';
import { factOf, recordSpans } from './testing/recorded-spans.ts';

/** Ends one stream for each of `streams`; @returns their weights, and the counts by metric. */
async function sampled(sample: SampleOption | undefined, streams: readonly StreamFacts[]) {
  const spans = recordSpans();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  const telemetry = createTelemetry({
    tracerProvider: spans.tracerProvider,
    meterProvider: new MeterProvider({ readers: [reader] }),
    sample,
    now: () => 1_000_000,
  });
  for (const { requestId, ...ended } of streams) {
    const asked = requestId === undefined ? {} : { requestId };
    telemetry.begin(asked, undefined).end({ facts: {}, verdict: undefined, durationSeconds: 1 }, ended, {});
  }
  await reader.forceFlush();
  const counted = (name: string) =>
    exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => value as number))
      .reduce((sum, value) => sum + value, 0);
  return { weights: spans.all().map((span) => factOf(span, 'sampleWeight')), counted };
}

const completed: StreamFacts = { outcome: 'completed' };
const failed: StreamFacts = { outcome: 'failed' };

describe('sampling', () => {
  test('is written on every span, and metrics count every stream', async () => {
    const { weights, counted } = await sampled(1e-9, [completed, failed, completed]);
    expect(weights).toEqual([0, 1, 0]);
    expect(counted('weir.client.stream.ended')).toBe(3);
  });

  test('leaves no mark where it is not asked for', async () => {
    const { weights } = await sampled(undefined, [completed, failed]);
    expect(weights).toEqual([undefined, undefined]);
  });

  test('keeps streams together that the application says are of one request', async () => {
    const streams = Array.from({ length: 40 }, (_, i) => ({ ...completed, requestId: `r${i >> 1}` }));
    const { weights } = await sampled(0.5, streams);
    expect(new Set(weights)).toEqual(new Set([0, 2]));
    expect(weights.filter((_, i) => i % 2 === 0)).toEqual(weights.filter((_, i) => i % 2 === 1));
  });

  test.each<[string, SampleOption]>([
    ['a share that leaves no normal stream', 0],
    [
      'a callback that throws',
      () => {
        throw new Error('a bug of the application');
      },
    ],
  ])('with %s keeps everything, and counts the mistake', async (_, sample) => {
    const { weights, counted } = await sampled(sample, [completed, failed]);
    expect(weights).toEqual([1, 1]);
    expect(counted('weir.sdk.errors')).toBe(1);
  });
});
