import type { ObserveOptions } from '../fetch/options.ts';
import { monotonicClock } from '../observe/clock.ts';
import type { RequestBody, RequestFacts, RequestFactsOptions } from '../protocols/request-facts.ts';
import type { WireFormat } from '../protocols/wire-format.ts';
import type { Weir } from '../start-options.ts';
import { sdkName, sdkVersion } from '../version.ts';
import { type EncodedSpan, encodeSpan, keyValues } from './otlp-json.ts';
import { observePageFetch } from './page-fetch.ts';
import { createPageKnowledge } from './page-knowledge.ts';
import { pageRequestFacts } from './page-request.ts';
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
  /** Wire formats of `@weir/sdk/protocols`, besides the chats of OpenAI and the UI messages of the AI SDK. */
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
  let bugLogged = false;
  // biome-ignore lint/suspicious/noConsole: a page has no other place where somebody would look.
  const log = (message: string, detail: unknown) => console.warn(`weir: ${message}`, detail);
  const outbox = createSpanOutbox({
    post: postTo(original, options),
    envelope: envelopeOf(options),
    schedule: (task, ms) => setTimeout(task, ms),
    cancel: (timer) => clearTimeout(timer as number | undefined),
    onRefused: (status) => log('the collector refused spans with HTTP', status),
  });
  const { fetch, endAll } = observePageFetch(original, {
    options,
    knowledge: createPageKnowledge(options.protocols ?? [], options.paths ?? defaultPaths),
    requestFacts: options.requestFacts ?? pageRequestFacts,
    clock: options.clock ?? monotonicClock,
    now: Date.now,
    // Each stream is a trace of its own, which the service that answers goes on with.
    createContext: () => ({ traceId: randomHex(16), spanId: randomHex(8), traceFlags: 1 }),
    onEnd: (ended) => outbox.add(encodeSpan(ended)),
    onBug(bug) {
      if (!bugLogged) log('an error in the instrumentation was kept from the page', bug);
      bugLogged = true;
    },
  });
  if (options.patchGlobalFetch !== false) globalThis.fetch = fetch;

  const listening = new AbortController();
  const on = (event: string, listener: () => void) => addEventListener(event, listener, listening);
  on('pagehide', () => {
    endAll({ kind: 'page_closed' });
    outbox.leave();
  });
  // The last event that a page on a phone is sure to get; its streams go on.
  on('visibilitychange', () => document.visibilityState === 'hidden' && outbox.leave());
  on('online', () => void outbox.flush());

  return {
    fetch,
    flush: outbox.flush,
    shutdown() {
      listening.abort();
      if (globalThis.fetch === fetch) globalThis.fetch = original;
      endAll({ kind: 'exit' });
      return outbox.flush();
    },
  };
}

function randomHex(bytes: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns SHA-256 of a user id in hex, as services write it. @throws where the page is no secure context. */
export async function hashUser(id: string): Promise<{ readonly hash: string }> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(id));
  return { hash: hex(new Uint8Array(digest)) };
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
    'deployment.environment.name': environment,
    'telemetry.sdk.language': 'webjs',
    'telemetry.sdk.name': sdkName,
    'telemetry.sdk.version': sdkVersion,
  });
  const scope = { name: sdkName, version: sdkVersion };
  return (spans: readonly EncodedSpan[]) => ({
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope, spans }] }],
  });
}
