import { ExportResultCode } from '@opentelemetry/core';
import { type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, test } from 'vitest';
import { createExportLosses } from './export-losses.ts';
import { type QueueBounds, SpanQueue } from './span-queue.ts';

type Answer = 'sent' | 'refused' | 'unsent' | 'never';

/** An exporter that answers as it is told, and keeps what it was given. */
class FakeExporter implements SpanExporter {
  readonly batches: string[][] = [];
  readonly reports: unknown[] = [];
  answer: Answer = 'sent';
  isShutDown = false;

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.batches.push(spans.map(({ name }) => name));
    const said = spans.map(({ attributes }) => attributes['weir.export.lost_spans']);
    this.reports.push(...said.filter((spansLost) => spansLost !== undefined));
    const { answer } = this;
    if (answer === 'never') return;
    const refusal = Object.assign(new Error(answer), answer === 'refused' ? { code: 400 } : {});
    done(
      answer === 'sent'
        ? { code: ExportResultCode.SUCCESS }
        : { code: ExportResultCode.FAILED, error: refusal },
    );
  }

  async shutdown(): Promise<void> {
    this.isShutDown = true;
  }
}

interface Timer {
  readonly ms: number;
  readonly task: () => void;
}

let exporter: FakeExporter;
let timers: Set<Timer>;
let lost: (readonly [number, string])[];
let warnings: string[];
let queue: SpanQueue;
let provider: TracerProvider;

function start(bounds: Partial<QueueBounds> = {}): void {
  exporter = new FakeExporter();
  timers = new Set();
  lost = [];
  warnings = [];
  queue = new SpanQueue({
    exporter,
    losses: createExportLosses({
      count: (spans, cause) => lost.push([spans, cause]),
      warn: (message) => warnings.push(message),
    }),
    bounds: { limit: 4, batchSize: 4, delayMs: 5000, exportTimeoutMs: 30_000, ...bounds },
    random: () => 0.5,
    after(ms, task) {
      const timer = { ms, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  provider = new TracerProvider({ spanProcessors: [queue] });
}

beforeEach(() => start());

function end(name: string, outcome = 'completed', more: Record<string, number> = {}): void {
  const attributes = { 'weir.stream.outcome': outcome, ...more };
  provider.getTracer('test').startSpan(name, { attributes }).end();
}

/** Lets what is due happen: promises, and the timers that wait for at most `ms`. */
async function pass(ms: number): Promise<void> {
  await settle();
  for (const timer of [...timers]) {
    if (timer.ms > ms || !timers.delete(timer)) continue;
    timer.task();
    await settle();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const waits = () => [...timers].map(({ ms }) => ms);

describe('spans that have ended', () => {
  test('wait for others, and go together', async () => {
    end('a');
    end('b');
    await settle();
    expect(exporter.batches).toEqual([]);
    await pass(5000);
    expect(exporter.batches).toEqual([['a', 'b']]);
    expect(waits()).toEqual([]);
  });

  test('go at once when there are enough', async () => {
    start({ batchSize: 2 });
    for (const name of ['a', 'b', 'c']) end(name);
    await settle();
    expect(exporter.batches).toEqual([['a', 'b'], ['c']]);
  });

  test('do not go when sampling has dropped them, or their trace', async () => {
    end('a', 'completed', { 'weir.sample.weight': 0 });
    queue.onEnd({
      spanContext: () => ({ traceId: '1', spanId: '1', traceFlags: 0 }),
      attributes: {},
    } as unknown as ReadableSpan);
    await queue.forceFlush();
    expect(exporter.batches).toEqual([]);
  });
});

describe('a collector that is away', () => {
  test('gets the same batch again and again, ever more rarely, until it has it', async () => {
    exporter.answer = 'unsent';
    end('a');
    await pass(5000);
    end('b');
    const seen: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      seen.push(...waits());
      await pass(30_000);
    }
    expect(seen).toEqual([750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500]);
    exporter.answer = 'sent';
    await pass(30_000);
    expect(exporter.batches.slice(0, -2).every((batch) => batch.join() === 'a')).toBe(true);
    expect(exporter.batches.slice(-2)).toEqual([['a'], ['b']]);
    expect(lost).toEqual([]);
  });

  test('loses normal streams first, then the newest; all are counted', async () => {
    exporter.answer = 'never';
    end('n1');
    await pass(5000);
    for (const name of ['n2', 'n3', 'n4', 'n5']) end(name);
    for (const name of ['f1', 'f2', 'f3', 'f4']) end(name, 'failed');
    expect(lost).toEqual(Array.from({ length: 5 }, () => [1, 'queue_full']));
    exporter.answer = 'sent';
    await pass(30_000);
    await pass(30_000);
    expect(exporter.batches).toEqual([['n1'], ['n1'], ['f1', 'f2', 'f3']]);
  });

  test('is told of the losses when it is back, once', async () => {
    exporter.answer = 'unsent';
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) end(name);
    await pass(5000);
    exporter.answer = 'sent';
    await pass(30_000);
    end('g');
    await pass(5000);
    end('h');
    await pass(5000);
    expect(exporter.reports).toEqual([2]);
  });

  test('is in the log once an episode', async () => {
    for (let episode = 0; episode < 2; episode++) {
      exporter.answer = 'unsent';
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) end(name);
      await pass(5000);
      exporter.answer = 'sent';
      await pass(30_000);
    }
    expect(warnings).toEqual([
      'weir: spans are lost, because the collector is away or slow, and no more spans can be held',
      'weir: spans are sent again; 2 were lost',
      'weir: spans are lost, because the collector is away or slow, and no more spans can be held',
      'weir: spans are sent again; 2 were lost',
    ]);
  });

  test('that never answers is given up in time', async () => {
    exporter.answer = 'never';
    end('a');
    await pass(5000);
    exporter.answer = 'sent';
    await pass(30_000);
    await pass(30_000);
    expect(exporter.batches).toEqual([['a'], ['a']]);
  });
});

test('spans that the collector refuses are not sent again, and are counted', async () => {
  exporter.answer = 'refused';
  end('a');
  end('b');
  await pass(5000);
  expect(lost).toEqual([[2, 'refused']]);
  exporter.answer = 'sent';
  end('c');
  await pass(5000);
  expect(exporter.batches).toEqual([['a', 'b'], ['c']]);
  expect(exporter.reports).toEqual([2]);
});

test('a report that is refused itself is made again', async () => {
  exporter.answer = 'refused';
  end('a');
  await pass(5000);
  end('b');
  await pass(5000);
  exporter.answer = 'sent';
  end('c');
  await pass(5000);
  expect(exporter.reports).toEqual([1, 2]);
});

test('a span that reports losses is sent otherwise as it is, and is not changed for others', async () => {
  exporter.answer = 'refused';
  end('a');
  await pass(5000);
  const span = provider.getTracer('test').startSpan('b', { attributes: { plan: 'free' } });
  span.end();
  let sent: ReadableSpan | undefined;
  exporter.export = (spans, done) => {
    sent = spans[0];
    done({ code: ExportResultCode.SUCCESS });
  };
  await pass(5000);
  expect(sent?.attributes).toEqual({ plan: 'free', 'weir.export.lost_spans': 1 });
  expect(sent?.name).toBe('b');
  expect(sent?.duration).toEqual((span as unknown as ReadableSpan).duration);
  expect((span as unknown as ReadableSpan).attributes).toEqual({ plan: 'free' });
});

test('reports of open streams are left out while the collector is away, and count as no loss', async () => {
  exporter.answer = 'unsent';
  end('a');
  await pass(5000);
  const attributes = { 'weir.stream.phase': 'open' };
  provider.getTracer('test').startSpan('report', { attributes }).end();
  exporter.answer = 'sent';
  await pass(30_000);
  provider.getTracer('test').startSpan('later report', { attributes }).end();
  await pass(5000);
  expect(exporter.batches).toEqual([['a'], ['a'], ['later report']]);
  expect(lost).toEqual([]);
});

describe('flushing', () => {
  test('sends what waits, in batches', async () => {
    start({ batchSize: 3, limit: 10 });
    exporter.answer = 'unsent';
    for (const name of ['a', 'b', 'c', 'd', 'e']) end(name);
    await settle();
    exporter.answer = 'sent';
    await queue.forceFlush();
    expect(exporter.batches.slice(1)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  test('says so when the collector is away, and keeps what it could not send', async () => {
    exporter.answer = 'unsent';
    end('a');
    await expect(queue.forceFlush()).rejects.toThrow(
      'the collector cannot be reached; 1 spans are kept to be sent again',
    );
    exporter.answer = 'sent';
    await pass(30_000);
    expect(exporter.batches).toEqual([['a'], ['a']]);
  });
});

describe('shutting down', () => {
  test('sends what waits, takes nothing more, and leaves no timer', async () => {
    end('a');
    await queue.shutdown();
    await queue.shutdown();
    end('b');
    await settle();
    expect(exporter.batches).toEqual([['a']]);
    expect(exporter.isShutDown).toBe(true);
    expect(waits()).toEqual([]);
  });

  test('counts what cannot be sent', async () => {
    exporter.answer = 'unsent';
    end('a');
    end('b');
    await queue.shutdown();
    expect(lost).toEqual([[2, 'shutdown']]);
  });
});

describe('an exit', () => {
  const named = (batches: readonly ReadableSpan[][]) => batches.map((spans) => spans.map(({ name }) => name));

  test('hands out what is not known to have arrived, in the batches that were sent, and takes nothing more', async () => {
    start({ batchSize: 2, limit: 10 });
    exporter.answer = 'never';
    for (const name of ['a', 'b', 'c', 'd', 'e']) end(name);
    await settle();
    let out: string[][] = [];
    queue.exit((batches) => {
      out = named(batches);
      return batches.map(() => true);
    });
    end('f');
    expect(out).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(lost).toEqual([]);
  });

  test('counts what did not arrive', () => {
    start({ batchSize: 2, limit: 10 });
    for (const name of ['a', 'b', 'c']) end(name);
    queue.exit(() => [true, false]);
    expect(lost).toEqual([[1, 'shutdown']]);
  });

  test('asks for nothing when nothing is unsent', async () => {
    end('a');
    await queue.forceFlush();
    let asked = 0;
    queue.exit(() => {
      asked++;
      return [];
    });
    expect(asked).toBe(0);
  });
});
