import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createExportLosses } from './export-losses.ts';
import { SpanQueue } from './span-queue.ts';

interface Request {
  readonly names: string[];
  readonly lost: number | undefined;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ok: Answer = (response) => response.setHeader('content-type', 'application/json').end('{}');
const busy: Answer = (response) => response.writeHead(503, { 'retry-after': '1' }).end();
const silent: Answer = () => undefined;

/** A collector whose answers are set by the test; `requests` is what it has answered with 200. */
class Collector {
  answer: Answer = ok;
  readonly requests: Request[] = [];
  /** Of every request, whatever became of it. */
  readonly bodies: string[] = [];
  port = 0;
  #server: Server | undefined;

  async start(): Promise<void> {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts).toString();
      this.bodies.push(body);
      if (this.answer === ok) this.requests.push(read(body));
      this.answer(response, request);
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    await new Promise((resolve) => {
      server?.close(resolve);
      server?.closeAllConnections();
    });
  }

  get attempts(): number {
    return this.bodies.length;
  }

  get names(): string[] {
    return this.requests.flatMap(({ names }) => names);
  }
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly attributes: readonly {
          readonly key: string;
          readonly value: { readonly intValue?: number };
        }[];
      }[];
    }[];
  }[];
}

function read(body: string): Request {
  const traces: Traces = JSON.parse(body);
  const spans = traces.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const report = spans
    .flatMap(({ attributes }) => attributes)
    .find(({ key }) => key === 'weir.export.lost_spans');
  return { names: spans.map(({ name }) => name), lost: report?.value.intValue };
}

let collector: Collector;
let lost: number;
let queue: SpanQueue;
let provider: TracerProvider;

beforeEach(async () => {
  collector = new Collector();
  await collector.start();
  lost = 0;
  queue = new SpanQueue({
    exporter: new OTLPTraceExporter({
      url: `http://127.0.0.1:${collector.port}/v1/traces`,
      timeoutMillis: 1500,
    }),
    losses: createExportLosses({
      count: (spans) => {
        lost += spans;
      },
      warn: () => undefined,
    }),
    bounds: { limit: 6, batchSize: 2, delayMs: 10, exportTimeoutMs: 600_000 },
    // A twentieth of the time, so that nobody has to wait for it.
    after(ms, task) {
      const timer = setTimeout(task, ms / 20);
      return () => clearTimeout(timer);
    },
  });
  provider = new TracerProvider({ spanProcessors: [queue] });
});
afterEach(async () => {
  await queue.shutdown();
  await collector.stop();
});

function end(...names: string[]): void {
  for (const name of names) provider.getTracer('test').startSpan(name).end();
}

/** Resolves when `condition` holds; the runner's own timeout ends what never does. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a collector', () => {
  test('that is busy is asked again when it says so, by the exporter', async () => {
    collector.answer = busy;
    end('a');
    await until(() => collector.attempts === 1);
    collector.answer = ok;
    await until(() => collector.names.length > 0);
    expect(collector.names).toEqual(['a']);
    expect(collector.attempts).toBe(2);
  });

  test('that stays busy for longer than the exporter has patience loses nothing', async () => {
    collector.answer = busy;
    end('a', 'b', 'c');
    await until(() => collector.attempts >= 4);
    collector.answer = ok;
    await until(() => collector.names.length === 3);
    expect(collector.names.sort()).toEqual(['a', 'b', 'c']);
    expect(lost).toBe(0);
  });

  test('that is restarted loses nothing', async () => {
    await collector.stop();
    end('a', 'b', 'c');
    await expect(queue.forceFlush()).rejects.toThrow('3 spans are kept');
    await collector.start();
    await until(() => collector.names.length === 3);
    expect(collector.names.sort()).toEqual(['a', 'b', 'c']);
    expect(lost).toBe(0);
  });

  test('that takes a batch and says nothing gets the very same bytes again', async () => {
    collector.answer = silent;
    end('a', 'b');
    await until(() => collector.attempts === 1);
    end('c');
    collector.answer = ok;
    await until(() => collector.names.length === 3);
    expect(collector.bodies.slice(0, 2)).toEqual([collector.bodies[0], collector.bodies[0]]);
    expect(collector.requests.map(({ names }) => names)).toEqual([['a', 'b'], ['c']]);
  });

  test('that is away for too long is told how many spans that cost', async () => {
    await collector.stop();
    end('a', 'b');
    await expect(queue.forceFlush()).rejects.toThrow('2 spans are kept');
    end('c', 'd', 'e', 'f', 'g', 'h');
    expect(lost).toBe(2);
    await collector.start();
    await until(() => collector.names.length === 6);
    expect(collector.requests.map(({ lost }) => lost)).toEqual([undefined, 2, undefined]);
  });

  test('that refuses a batch is not asked again', async () => {
    collector.answer = (response) => response.writeHead(400).end();
    end('a');
    await until(() => lost === 1);
    collector.answer = ok;
    end('b');
    await until(() => collector.names.length === 1);
    expect(collector.requests).toMatchObject([{ names: ['b'], lost: 1 }]);
  });
});
