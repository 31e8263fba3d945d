import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { createManualTiming } from '../testing/manual-timing.ts';
import { resilientStream, type StreamAttempt } from './resilient-stream.ts';
import { continueText } from './resumption.ts';

/** What a client library throws, by its fields: nothing else is looked at. */
function httpError(status: number, headers: Record<string, string> = {}, error: object = {}): Error {
  return Object.assign(new Error(`HTTP ${status}`), { status, headers: new Headers(headers), error });
}

const networkError = () => Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });

/** Attempts in turn: items, then an error if there is one. */
function attempts(...plans: readonly { items?: readonly string[]; error?: unknown }[]) {
  const asked: StreamAttempt[] = [];
  const open = async (attempt: StreamAttempt) => {
    asked.push(attempt);
    const { items = [], error } = plans[asked.length - 1] ?? {};
    return (async function* () {
      yield* items;
      if (error !== undefined) throw error;
    })();
  };
  return { open, asked };
}

async function collect(stream: AsyncIterable<string>): Promise<{ items: string[]; error: unknown }> {
  const items: string[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items, error: undefined };
  } catch (error) {
    return { items, error };
  }
}

describe('a stream that is not observed', () => {
  test.each([
    ['a lost connection', networkError()],
    ['an overloaded provider', httpError(529)],
    ['an error object in the stream', Object.assign(new Error('x'), { error: { type: 'overloaded_error' } })],
  ])('is tried again after %s, before there is output', async (_, error) => {
    const timing = createManualTiming();
    const { open, asked } = attempts({ error }, { items: ['a', 'b'] });
    expect(await collect(resilientStream(open, { timing }))).toEqual({ items: ['a', 'b'], error: undefined });
    expect(asked).toEqual([
      { number: 1, kind: 'first' },
      { number: 2, kind: 'retry' },
    ]);
    expect(timing.sleeps).toEqual([250]);
  });

  test.each([
    ['an error of the application', new RangeError('a bug')],
    ['something that is no error', 'text'],
    ['a wrong key', httpError(401)],
    ['an exhausted quota', httpError(429, {}, { code: 'insufficient_quota' })],
    ['a refusal to be asked again', httpError(503, { 'x-should-retry': 'false' })],
  ])('is not tried again after %s', async (_, error) => {
    const { open, asked } = attempts({ error }, { items: ['never'] });
    expect(await collect(resilientStream(open, { timing: createManualTiming() }))).toEqual({
      items: [],
      error,
    });
    expect(asked).toHaveLength(1);
  });

  test('waits as long as the provider asks', async () => {
    const timing = createManualTiming();
    const { open } = attempts({ error: httpError(429, { 'retry-after': '3' }) }, { items: ['a'] });
    await collect(resilientStream(open, { timing }));
    expect(timing.sleeps).toEqual([3250]);
  });
});

describe('output', () => {
  test('is never followed by a retry or a fallback', async () => {
    const error = networkError();
    const { open, asked } = attempts({ items: ['a'], error }, { items: ['never'] });
    const stream = resilientStream(open, { timing: createManualTiming(), fallbacks: [open] });
    expect(await collect(stream)).toEqual({ items: ['a'], error });
    expect(asked).toHaveLength(1);
  });

  test('is gone on with, also when the resumption fails before it begins', async () => {
    const { open, asked } = attempts(
      { items: ['a', 'b'], error: networkError() },
      { error: httpError(503) },
      { items: ['c'] },
    );
    const prefixes: string[] = [];
    const resume = continueText<string>({
      textOf: (item) => item,
      open: (text, attempt) => {
        prefixes.push(text);
        return open(attempt);
      },
    });
    expect((await collect(resilientStream(open, { timing: createManualTiming(), resume }))).items).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(prefixes).toEqual(['ab', 'ab']);
    expect(asked.map(({ kind }) => kind)).toEqual(['first', 'resume', 'resume']);
  });
});

describe('an application that leaves', () => {
  test('ends the attempt that it reads', async () => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield 'a';
      } finally {
        isClosed = true;
      }
    }
    for await (const _item of resilientStream(endless)) break;
    expect(isClosed).toBe(true);
  });

  test('ends the wait for the next attempt', async () => {
    const abort = new AbortController();
    const { open, asked } = attempts({ error: networkError() }, { items: ['never'] });
    const stream = resilientStream(open, { signal: abort.signal, onDecision: () => abort.abort('enough') });
    expect(await collect(stream)).toEqual({ items: [], error: 'enough' });
    expect(asked).toHaveLength(1);
  });
});

test('every decision is counted, with what failed and why nothing follows', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const down = httpError(529);
  const { open } = attempts(...Array.from({ length: 4 }, () => ({ error: down })));
  const timing = createManualTiming();
  const stream = resilientStream(open, { timing, maxAttempts: 2, fallbacks: [open] });
  expect((await collect(stream)).error).toBe(down);
  await reader.forceFlush();
  metrics.disable();
  const counted = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .filter(({ descriptor }) => descriptor.name === 'weir.client.request.decisions')
    .flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes, value }) => [Object.values(attributes), value]),
    );
  expect(counted).toEqual([
    [['overloaded', 'retry'], 2],
    [['overloaded', 'fallback', 'attempts'], 1],
    [['overloaded', 'give_up', 'attempts'], 1],
  ]);
});
