import { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { withoutSampledOut } from './sampled-out.ts';

test('a span processor does not get the spans that sampling has dropped, and all others', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [withoutSampledOut(new BatchSpanProcessor({ exporter }))],
  });
  const tracer = provider.getTracer('test');
  for (const weight of [0, 1, 20, undefined]) {
    const span = tracer.startSpan(`${weight}`);
    if (weight !== undefined) span.setAttribute('weir.sample.weight', weight);
    span.end();
  }
  await provider.forceFlush();
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['1', '20', 'undefined']);
});
