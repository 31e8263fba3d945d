import { fileURLToPath } from 'node:url';
import { context, metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { createSimulator, type Simulator } from '@weir/simulator';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { observeFetch } from './fetch/observe-fetch.ts';
import { startWeir } from './start.ts';
import { followAsyncContext } from './testing/async-context.ts';
import { type OtlpReceiver, receiveOtlp } from './testing/otlp-receiver.ts';
import { factOf, recordSpans } from './testing/recorded-spans.ts';
import { chatPath, chatRequest } from './testing/simulated-call.ts';

const bare = globalThis.fetch;
let simulator: Simulator;
let receiver: OtlpReceiver;

beforeAll(async () => {
  simulator = await createSimulator();
  receiver = await receiveOtlp();
});
afterEach(() => {
  globalThis.fetch = bare;
  trace.disable();
  metrics.disable();
});
afterAll(async () => {
  await receiver.close();
  await simulator.close();
});

async function chat(call: typeof fetch): Promise<void> {
  await (await call(simulator.url + chatPath, chatRequest({}))).text();
}

describe("beside an application's own OpenTelemetry", () => {
  test('spans and metrics go to providers that are registered after a fetch was observed', async () => {
    const observed = observeFetch(bare);
    await chat(observed);
    const spans = recordSpans();
    trace.setGlobalTracerProvider(spans.tracerProvider);
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    await chat(observed);
    await reader.forceFlush();
    expect(spans.all().map((span) => factOf(span, 'outcome'))).toEqual(['completed']);
    const [recorded] = exporter.getMetrics();
    expect(recorded?.scopeMetrics.map(({ scope }) => scope.name)).toEqual(['@weir/sdk']);
  });

  test('a span is the child of the one that is active, and the parent of what the call does', async () => {
    const stop = followAsyncContext();
    const spans = recordSpans();
    trace.setGlobalTracerProvider(spans.tracerProvider);
    const tracer = trace.getTracer('application');
    const seen: (string | undefined)[] = [];
    const observed = observeFetch((input, init) => {
      seen.push(trace.getActiveSpan()?.spanContext().spanId);
      return bare(input, init);
    });
    const request = tracer.startSpan('request');
    await context.with(trace.setSpan(context.active(), request), async () => {
      await Promise.resolve();
      await chat(observed);
      expect(trace.getActiveSpan()).toBe(request);
    });
    const [span] = spans.all();
    expect(span?.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect(span?.spanContext().traceId).toBe(request.spanContext().traceId);
    expect(seen).toEqual([span?.spanContext().spanId]);
    await stop();
  });

  test('what is not sampled by the application is not sent', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      sampler: { shouldSample: () => ({ decision: 0 }), toString: () => 'none' },
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    await chat(observeFetch(bare, { tracerProvider: provider }));
    await provider.forceFlush();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  test('startWeir sets nothing up, and has it send what it holds', async () => {
    const exporter = new InMemorySpanExporter();
    const theirs = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    trace.setGlobalTracerProvider(theirs);
    const weir = startWeir({ endpoint: receiver.url });
    await chat(globalThis.fetch);
    expect(exporter.getFinishedSpans()).toEqual([]);
    await weir.flush();
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    await weir.shutdown();
    theirs.getTracer('application').startSpan('goes on').end();
    await theirs.forceFlush();
    expect(exporter.getFinishedSpans()).toHaveLength(2);
    expect(receiver.spans).toEqual([]);
  });

  test('startWeir leaves the place to others, and to itself, when it is shut down', async () => {
    for (const service of ['first', 'second']) {
      const weir = startWeir({ endpoint: receiver.url, service });
      await chat(globalThis.fetch);
      await weir.shutdown();
    }
    expect(receiver.spans.map(({ service }) => service)).toEqual(['first', 'second']);
    const spans = recordSpans();
    expect(trace.setGlobalTracerProvider(spans.tracerProvider)).toBe(true);
  });
});

/** The SDK again, with a state of its own, as the bundle of a library would bring it. */
async function anotherCopy(): Promise<{ observeFetch: typeof observeFetch }> {
  const input = fileURLToPath(new URL('./fetch/observe-fetch.ts', import.meta.url));
  const bundle = await rolldown({ input, platform: 'node' });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  await bundle.close();
  const code = Buffer.from(output[0].code).toString('base64');
  return import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
}

describe('two copies of the SDK', () => {
  test('give one span for one call, whichever way they are put around each other', async () => {
    const copy = await anotherCopy();
    expect(copy.observeFetch).not.toBe(observeFetch);
    const spans = recordSpans();
    const { tracerProvider } = spans;
    const inner = observeFetch(bare, { tracerProvider });
    const throughClient: typeof fetch = (input, init) => inner(input, init);
    for (const call of [
      copy.observeFetch(inner, { tracerProvider }),
      copy.observeFetch(throughClient, { tracerProvider }),
      observeFetch(copy.observeFetch(bare, { tracerProvider }), { tracerProvider }),
    ]) {
      spans.reset();
      await chat(call);
      expect(spans.all()).toHaveLength(1);
    }
  });
});
