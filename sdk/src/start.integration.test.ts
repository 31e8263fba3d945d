import { trace } from '@opentelemetry/api';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWeir } from './start.ts';
import { reportTimesOf } from './start-options.ts';
import { type OtlpReceiver, type ReceivedSpan, receiveOtlp } from './testing/otlp-receiver.ts';
import { recordSpans } from './testing/recorded-spans.ts';
import { chatPath, chatRequest } from './testing/simulated-call.ts';

const bare = globalThis.fetch;
let simulator: Simulator;
let receiver: OtlpReceiver;

beforeAll(async () => {
  simulator = await createSimulator();
});
beforeEach(async () => {
  receiver = await receiveOtlp();
});
afterEach(async () => {
  expect(globalThis.fetch).toBe(bare);
  trace.disable();
  await receiver.close();
});
afterAll(() => simulator.close());

async function chat(call: typeof fetch, gapMs = 5): Promise<Response> {
  return call(simulator.url + chatPath, chatRequest({ timing: { gapMs } }));
}

const reasons = () => receiver.spans.map(({ attributes }) => attributes['weir.stream.termination.reason']);

test('startWeir observes the global fetch, and puts it back', async () => {
  const weir = startWeir({ endpoint: receiver.url, key: 'k', service: 's', environment: 'test' });
  expect(globalThis.fetch).toBe(weir.fetch);
  await (await chat(globalThis.fetch)).text();
  await weir.flush();
  expect(receiver.spans.map(({ service, authorization }) => [service, authorization])).toEqual([
    ['s', 'Bearer k'],
  ]);
  expect(receiver.spans[0]?.resource['deployment.environment.name']).toBe('test');
  await weir.shutdown();
  expect(reasons()).toEqual(['completed']);
});

test('shutting down reports streams that are open, once', async () => {
  const weir = startWeir({ endpoint: receiver.url });
  const response = await chat(globalThis.fetch, 5000);
  const text = response.text();
  await Promise.all([weir.shutdown(), weir.shutdown()]);
  expect(reasons()).toEqual(['lost']);
  await simulator.close();
  await expect(text).rejects.toThrow('terminated');
  simulator = await createSimulator();
});

test('the global fetch can be left alone', async () => {
  const weir = startWeir({ endpoint: receiver.url, patchGlobalFetch: false });
  expect(globalThis.fetch).toBe(bare);
  await (await chat(weir.fetch)).text();
  await weir.shutdown();
  expect(reasons()).toEqual(['completed']);
});

test('a fetch that somebody has put over ours stays', async () => {
  const weir = startWeir({ endpoint: receiver.url });
  const theirs: typeof fetch = (input, init) => weir.fetch(input, init);
  globalThis.fetch = theirs;
  await weir.shutdown();
  expect(globalThis.fetch).toBe(theirs);
  globalThis.fetch = bare;
});

test('an OpenTelemetry set-up that exists is used as it is', async () => {
  const spans = recordSpans();
  trace.setGlobalTracerProvider(spans.tracerProvider);
  const weir = startWeir({ endpoint: receiver.url });
  await (await chat(globalThis.fetch)).text();
  await weir.shutdown();
  expect(spans.all()).toHaveLength(1);
  expect(receiver.spans).toEqual([]);
});

test('a stream that is open for long is reported, under its own span and with what is known so far', async () => {
  const weir = startWeir({
    endpoint: receiver.url,
    reportOpen: { afterSeconds: 0.02, everySeconds: 0.02 },
    dimensions: { plan: 'free' },
  });
  await (await chat(globalThis.fetch, 20)).text();
  await weir.shutdown();
  const isReport = (span: ReceivedSpan) => span.attributes['weir.stream.phase'] === 'open';
  const reports = receiver.spans.filter(isReport);
  const [stream, ...others] = receiver.spans.filter((span) => !isReport(span));
  expect(others).toEqual([]);
  expect(stream?.attributes['weir.stream.outcome']).toBe('completed');
  expect(reports.length).toBeGreaterThan(1);
  const last = reports.at(-1);
  expect([last?.traceId, last?.parentSpanId]).toEqual([stream?.traceId, stream?.spanId]);
  expect(last?.name).toBe('chat gpt-4.1 (open)');
  expect(last?.attributes).toMatchObject({
    'gen_ai.request.model': 'gpt-4.1',
    'weir.stream.stage': 'streaming',
    'weir.stream.initiator': 'service',
    'weir.dimension.plan': 'free',
    'weir.stream.next_report': 0.025,
  });
  expect(last?.attributes).not.toHaveProperty('weir.stream.outcome');
  expect(last?.attributes).not.toHaveProperty('weir.stream.termination.reason');
  const chunks = reports.map(({ attributes }) => Number(attributes['weir.stream.chunk.count']));
  expect(chunks).toEqual(chunks.toSorted((a, b) => a - b));
});

test('open streams are not reported when that is turned off, or when others have set OpenTelemetry up', () => {
  expect(reportTimesOf({}, {}, false)).toBeUndefined();
  expect(reportTimesOf({}, { WEIR_REPORT_OPEN: 'false' }, true)).toBeUndefined();
  expect(reportTimesOf({ reportOpen: false }, {}, true)).toBeUndefined();
  expect(reportTimesOf({}, {}, true)).toEqual({});
  expect(reportTimesOf({ reportOpen: { afterSeconds: 1 } }, {}, false)).toEqual({ afterSeconds: 1 });
});
