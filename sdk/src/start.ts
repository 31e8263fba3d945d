import process from 'node:process';
import { diag, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { existingExport, startExport } from './export/start-export.ts';
import { observeFetch } from './fetch/observe-fetch.ts';
import { openStreams } from './fetch/open-streams.ts';
import type { ObserveOptions } from './fetch/options.ts';
import { observeHttpRequests } from './http/http-requests.ts';
import { monotonicClock } from './observe/clock.ts';
import { startOpenReports } from './open-reports.ts';
import { watchProcessEnd } from './process-end.ts';
import { isDisabled, reportTimesOf, type StartOptions, sampleOf, type Weir } from './start-options.ts';

/** How long the end of a process may be held up by a collector that does not answer. */
const maxFlushMs = 2000;

/**
 * Observes every model call that goes through `globalThis.fetch`, and sends the spans by OTLP/HTTP.
 *
 * Clients such as `openai` and `@anthropic-ai/sdk` take `globalThis.fetch` when they are constructed, so call this
 * first. A tracer provider that is registered already is used as it is, and nothing is set up to export. With
 * `OTEL_SDK_DISABLED=true` nothing happens at all.
 *
 * @param options where to send, who sends, and everything that `observeFetch` takes.
 * @returns `fetch`, the observed one; `flush()`, which sends what has ended; `shutdown()`, which ends open streams,
 *   sends everything and puts the old `globalThis.fetch` back. Neither rejects: a collector that is away is logged.
 */
export function startWeir(options: StartOptions = {}): Weir {
  const original = globalThis.fetch;
  const { env } = process;
  if (isDisabled(env)) return { fetch: original, flush: async () => {}, shutdown: async () => {} };

  const exporting = hasTracerProvider() ? existingExport() : startExport(options, env, maxFlushMs);
  const times = reportTimesOf(options, env, exporting.isOurs);
  const stopReports = times && startOpenReports({ openStreams, times, clock: monotonicClock, every });
  const observe = observeOptions(options, sampleOf(env));
  const fetch = observeFetch(original, observe);
  const { patchGlobalFetch = true, observeHttp = patchGlobalFetch } = options;
  if (patchGlobalFetch) globalThis.fetch = fetch;
  const stopHttp = observeHttp ? observeHttpRequests(observe) : () => undefined;

  const flushAtEnd = () => {
    exporting.hurry();
    return exporting.flush();
  };
  const stopWatching = watchProcessEnd({
    process,
    openStreams,
    flush: flushAtEnd,
    exit: exporting.exit,
    maxFlushMs,
    clock: monotonicClock,
  });

  let closing: Promise<void> | undefined;
  const close = async () => {
    if (globalThis.fetch === fetch) globalThis.fetch = original;
    stopHttp();
    stopReports?.();
    openStreams.endAll({ kind: 'exit' });
    await exporting.close().catch((error: unknown) => diag.error('weir: spans could not be sent', error));
    stopWatching();
  };
  return {
    fetch,
    flush: exporting.flush,
    shutdown: () => {
      closing ??= close();
      return closing;
    },
  };
}

function observeOptions(options: StartOptions, sample: number | undefined): ObserveOptions {
  const {
    endpoint: _endpoint,
    key: _key,
    service: _service,
    environment: _environment,
    patchGlobalFetch: _patch,
    observeHttp: _observeHttp,
    reportOpen: _reportOpen,
    ...observe
  } = options;
  return sample === undefined ? observe : { sample, ...observe };
}

function every(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms);
  timer.unref();
  return () => clearInterval(timer);
}

function hasTracerProvider(): boolean {
  const provider = trace.getTracerProvider();
  // The API hands out a proxy, whose delegate is one and the same no-op provider until another is registered.
  if (!(provider instanceof ProxyTracerProvider)) return true;
  return provider.getDelegate() !== new ProxyTracerProvider().getDelegate();
}
