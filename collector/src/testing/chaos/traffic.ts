import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** Applications that send streams with the official exporter and give none up. */
export interface Traffic {
  /** Trace and span ids of what was acknowledged, as `<trace id>-<span id>`. */
  readonly acknowledged: ReadonlySet<string>;
  /** Exports that failed, after the retries of the exporter itself. */
  readonly failedExports: number;
  /** Resolves when everything that was begun is acknowledged. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  readonly url: string;
  readonly senders: number;
  readonly spansPerExport: number;
  readonly pauseMs: number;
}

export function startTraffic(options: TrafficOptions): Traffic {
  const acknowledged = new Set<string>();
  const exporter = new OTLPTraceExporter({ url: `${options.url}/v1/traces`, timeoutMillis: 4_000 });
  let failedExports = 0;
  let isStopping = false;
  const senders = Array.from({ length: options.senders }, (_, number) => send(number));

  async function send(number: number): Promise<void> {
    while (!isStopping) {
      await deliver(await recordStreams(`sender-${number}`, options.spansPerExport));
      await sleep(options.pauseMs);
    }
  }

  async function deliver(spans: readonly ReadableSpan[]): Promise<void> {
    if (await exported(spans)) {
      for (const span of spans) acknowledged.add(idOf(span));
      return;
    }
    failedExports += 1;
    await sleep(100);
    // In other batches than before, as whatever queues and batches between a program and a collector does.
    const half = Math.ceil(spans.length / 2);
    await Promise.all(
      [spans.slice(0, half), spans.slice(half)].filter(({ length }) => length > 0).map(deliver),
    );
  }

  function exported(spans: readonly ReadableSpan[]): Promise<boolean> {
    return new Promise((resolve) => exporter.export([...spans], ({ code }) => resolve(code === 0)));
  }

  return {
    acknowledged,
    get failedExports() {
      return failedExports;
    },
    async stop() {
      isStopping = true;
      await Promise.all(senders);
      await exporter.shutdown();
    },
  };
}

function idOf(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  return `${traceId}-${spanId}`;
}

async function recordStreams(service: string, streams: number): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('@weir/sdk', '0.1.0');
  for (let i = 0; i < streams; i += 1) {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5',
      'weir.stream.termination.reason': i % 10 === 0 ? 'reset' : 'completed',
    };
    tracer.startSpan('chat gpt-5', { attributes }).end();
  }
  await provider.forceFlush();
  return exporter.getFinishedSpans();
}
