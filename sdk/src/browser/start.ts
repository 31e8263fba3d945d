import type { ExchangeSettings } from '../fetch/exchange-settings.ts';
import { createOpenStreams } from '../fetch/open-streams.ts';
import type { ObserveOptions } from '../fetch/options.ts';
import { rebuiltResponse } from '../fetch/watched-response.ts';
import { wrapFetch } from '../fetch/wrapped-fetch.ts';
import { monotonicClock } from '../observe/clock.ts';
import type { RequestBody, RequestFacts, RequestFactsOptions } from '../protocols/request-facts.ts';
import type { WireFormat } from '../protocols/wire-format.ts';
import type { Weir } from '../start-options.ts';
import { attemptFacts } from '../told-facts.ts';
import { sdkName, sdkVersion } from '../version.ts';
import { keyValues } from './otlp-json.ts';
import { isPageOffline, pageFacts } from './page-facts.ts';
import { createPageKnowledge } from './page-knowledge.ts';
import { createPageTelemetry } from './page-telemetry.ts';
import { createSpanOutbox } from './span-outbox.ts';

/** Options of `startWeir` for a page. */
export interface PageOptions
  extends Pick<
    ObserveOptions,
    | 'protocol'
    | 'provider'
    | 'network'
    | 'session'
    | 'conversation'
    | 'dimensions'
    | 'stallThreshold'
    | 'request'
    | 'clock'
  > {
  /** Base URL of an OTLP/HTTP receiver that answers this page's origin; `/v1/traces` is added. */
  readonly endpoint: string;
  /** Ingest key, sent as a bearer token. Everybody who has the page can read it: give pages one of their own. */
  readonly key?: string;
  /** `service.name`. */
  readonly service: string;
  /** `deployment.environment.name`. */
  readonly environment?: string;
  /** The user, by a hash: see `hashUser`. */
  readonly user?: () => { readonly hash: string } | undefined;
  /**
   * Paths of your own service that answer with a stream: calls to them count even if they fail before any answer.
   * Others count once they stream. Default: `/api/chat`, `/api/completion` and `/api/use-object`.
   */
  readonly paths?: readonly RegExp[];
  /** Wire formats of `@weir/sdk/protocols`, besides those of OpenAI, Anthropic and the AI SDK. */
  readonly protocols?: readonly WireFormat[];
  /** `requestFacts` of `@weir/sdk/protocols` counts attachments too. Default: the model alone is read. */
  readonly requestFacts?: (body: RequestBody, options: RequestFactsOptions) => RequestFacts;
  /**
   * Origins that get a `traceparent` header with observed calls, so that the service's span joins the page's. They must
   * allow it by CORS. Default: the page's own origin alone, which always gets it.
   */
  readonly propagateTo?: readonly string[];
  /** `false` leaves `window.fetch` alone; use the returned `fetch`. */
  readonly patchGlobalFetch?: boolean;
}

const defaultPaths = [/\/api\/(chat|completion|use-object)$/];
/** Timers of a page in the background are late by design: that is no sign of a blocked loop. */
const noLoopLag = { watch: () => () => undefined, since: () => undefined };
/** Errors of a browser carry no codes. */
const noCode = { code: '', kind: undefined };

/**
 * Observes every stream that a page reads by `fetch`, and sends one span for each by OTLP/HTTP, whatever way it ends: of
 * streams that are open when the page goes away, too. Needs no OpenTelemetry. Without a page (server-side rendering) it
 * does nothing.
 *
 * @returns `fetch`, the observed one; `flush()`, which sends what has ended; `shutdown()`, which ends open streams, sends
 *   everything and puts the old `window.fetch` back. Neither rejects.
 */
export function startWeir(options: PageOptions): Weir {
  const original = globalThis.fetch;
  if (typeof document === 'undefined') {
    return { fetch: original, flush: async () => undefined, shutdown: async () => undefined };
  }
  // biome-ignore lint/suspicious/noConsole: a page has no other place where somebody would look.
  const log = (message: string, detail: unknown) => console.warn(message, detail);
  const outbox = createSpanOutbox({
    post: postTo(original, options),
    envelope: envelopeOf(options),
    schedule: (task, ms) => setTimeout(task, ms),
    cancel: (timer) => clearTimeout(timer as number | undefined),
    onRefused: (status) => log('weir: the collector refused spans with HTTP', status),
  });
  const openStreams = createOpenStreams();
  const settings: ExchangeSettings = {
    clock: options.clock ?? monotonicClock,
    vantage: 'browser',
    environment: { isOffline: isPageOffline, network: pageFacts },
    telemetry: createPageTelemetry({
      outbox,
      now: Date.now,
      random: (bytes) => crypto.getRandomValues(bytes),
      log,
    }),
    openStreams,
    loopLag: noLoopLag,
    wire: createPageKnowledge({
      protocols: options.protocols ?? [],
      paths: options.paths ?? defaultPaths,
      requestFacts: options.requestFacts,
    }),
    networkErrorFacts: () => noCode,
    watchResponse: rebuiltResponse,
    hashUserId: () => undefined,
    beginAttempt: (_request, told) => ({
      facts: attemptFacts(told),
      links: told?.links ?? [],
      began: () => undefined,
      ended: () => ({}),
    }),
    propagate: ({ url }, { traceId, spanId }) =>
      url.origin === location.origin || options.propagateTo?.includes(url.origin)
        ? [['traceparent', `00-${traceId}-${spanId}-01`]]
        : [],
  };
  const fetch = wrapFetch(original, options, settings);
  if (options.patchGlobalFetch !== false) globalThis.fetch = fetch;

  const listening = new AbortController();
  const { signal } = listening;
  const leave = () => {
    openStreams.endAll({ kind: 'page_closed' });
    outbox.leave();
  };
  addEventListener('pagehide', leave, { signal });
  // The last event that a page on a phone is sure to get; its streams go on.
  addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && outbox.leave(), {
    signal,
  });
  addEventListener('online', () => void outbox.flush(), { signal });

  return {
    fetch,
    flush: () => outbox.flush(),
    shutdown() {
      listening.abort();
      if (globalThis.fetch === fetch) globalThis.fetch = original;
      openStreams.endAll({ kind: 'exit' });
      return outbox.flush();
    },
  };
}

/** @returns SHA-256 of a user id in hex, as services write it. @throws where the page is no secure context. */
export async function hashUser(id: string): Promise<{ readonly hash: string }> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(id));
  return { hash: Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('') };
}

function postTo(fetch: typeof globalThis.fetch, { endpoint, key }: PageOptions) {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  return (body: string) =>
    fetch(url, { method: 'POST', headers, body, keepalive: true, credentials: 'omit' });
}

function envelopeOf({ service, environment }: PageOptions) {
  const attributes = keyValues({
    'service.name': service,
    ...(environment === undefined ? {} : { 'deployment.environment.name': environment }),
    'telemetry.sdk.language': 'webjs',
    'telemetry.sdk.name': sdkName,
    'telemetry.sdk.version': sdkVersion,
  });
  const scope = { name: sdkName, version: sdkVersion };
  return (spans: readonly object[]) => ({
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope, spans }] }],
  });
}
