import process from 'node:process';
import { diag, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  envDetector,
  hostDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { observeFetch } from './fetch/observe-fetch.ts';
import { openStreams } from './fetch/open-streams.ts';
import type { ObserveOptions } from './fetch/options.ts';
import { createHurryingExporter } from './hurrying-exporter.ts';
import { watchProcessEnd } from './process-end.ts';
import { exportTarget, type StartOptions, type Weir } from './start-options.ts';
import { flushSpans } from './telemetry.ts';

/** How long the end of a process may be held up by a collector that does not answer. */
const maxFlushMs = 2000;

/**
 * Observes every model call that goes through `globalThis.fetch`, and sends the spans by OTLP/HTTP.
 *
 * Clients such as `openai` and `@anthropic-ai/sdk` take `globalThis.fetch` when they are constructed, so call this
 * first. A tracer provider that is registered already is used as it is, and nothing is set up to export.
 *
 * @param options where to send, who sends, and everything that `observeFetch` takes.
 * @returns `fetch`, the observed one; `flush()`, which sends what has ended; `shutdown()`, which ends open streams,
 *   sends everything and puts the old `globalThis.fetch` back. Neither rejects: a collector that is away is logged.
 */
export function startWeir(options: StartOptions = {}): Weir {
  const exporting = hasTracerProvider() ? undefined : startExport(options);
  const original = globalThis.fetch;
  const fetch = observeFetch(original, observeOptions(options));
  if (options.patchGlobalFetch !== false) globalThis.fetch = fetch;

  const flush = async () => {
    await exporting?.flush();
  };
  const flushAtEnd = () => {
    exporting?.hurry();
    return flush();
  };
  const stopWatching = watchProcessEnd({ process, openStreams, flush: flushAtEnd, maxFlushMs });

  let closing: Promise<void> | undefined;
  const close = async () => {
    stopWatching();
    if (globalThis.fetch === fetch) globalThis.fetch = original;
    openStreams.endAll({ kind: 'exit' });
    await exporting?.close().catch((error: unknown) => diag.error('weir: spans could not be sent', error));
  };
  return {
    fetch,
    flush,
    shutdown: () => {
      closing ??= close();
      return closing;
    },
  };
}

function observeOptions(options: StartOptions): ObserveOptions {
  const {
    endpoint: _endpoint,
    key: _key,
    service: _service,
    environment: _environment,
    patchGlobalFetch: _patch,
    ...observe
  } = options;
  return observe;
}

function hasTracerProvider(): boolean {
  const provider = trace.getTracerProvider();
  // The API hands out a proxy, whose delegate is one and the same no-op provider until another is registered.
  if (!(provider instanceof ProxyTracerProvider)) return true;
  return provider.getDelegate() !== new ProxyTracerProvider().getDelegate();
}

interface Exporting {
  hurry(): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

function startExport(options: StartOptions): Exporting {
  const { env } = process;
  const target = exportTarget(options, env);
  const exporter = createHurryingExporter(
    new OTLPTraceExporter(target),
    new OTLPTraceExporter({ ...target, timeoutMillis: maxFlushMs }),
  );
  const resource = {
    ...(options.service === undefined ? {} : { 'service.name': options.service }),
    ...(options.environment === undefined ? {} : { 'deployment.environment.name': options.environment }),
  };
  const sdk = new NodeSDK({
    traceExporter: exporter,
    // The SDK's own default exports metrics and logs as well; here both are for those who ask.
    ...(env.OTEL_METRICS_EXPORTER === undefined ? { metricReaders: [] } : {}),
    ...(env.OTEL_LOGS_EXPORTER === undefined ? { logRecordProcessors: [] } : {}),
    ...(options.service === undefined ? {} : { serviceName: options.service }),
    resource: defaultResource().merge(resourceFromAttributes(resource)),
    // Not the SDK's own list: its process detector sends the command line, which may hold secrets.
    ...(env.OTEL_NODE_RESOURCE_DETECTORS === undefined
      ? { resourceDetectors: [serviceInstanceIdDetector, hostDetector, envDetector] }
      : {}),
  });
  sdk.start();
  return {
    hurry: exporter.hurry,
    flush: () => flushSpans(trace.getTracerProvider()),
    close: () => sdk.shutdown(),
  };
}
