import type { Link, SpanContext } from '@opentelemetry/api';
import { type Fetch, observedFetches } from '../fetch/observed-fetches.ts';
import type { ObservedCall } from '../fetch/options.ts';
import { isByteStream, type PullSource, pullThrough } from '../fetch/watched-body.ts';
import { type Body, presentedAs } from '../fetch/watched-response.ts';
import type { Clock } from '../observe/clock.ts';
import type { Ending } from '../observe/ending.ts';
import { stallThresholdsOf } from '../observe/stall-thresholds.ts';
import type { Verdict } from '../observe/verdict.ts';
import { framingOf } from '../protocols/content-type.ts';
import type { RequestFacts } from '../protocols/request-facts.ts';
import { isPageOffline, pageFacts } from './page-facts.ts';
import type { PageKnowledge } from './page-knowledge.ts';
import { createPageStream, type PageFacts, type PageStream } from './page-stream.ts';
import type { PageOptions } from './start.ts';

/** A stream that has ended, as its span tells it. */
export interface EndedCall {
  readonly context: SpanContext;
  readonly startedAtMs: number;
  readonly durationSeconds: number;
  readonly facts: PageFacts;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  readonly verdict: Verdict | undefined;
}

export interface PageFetchOptions {
  readonly options: PageOptions;
  readonly knowledge: PageKnowledge;
  readonly requestFacts: NonNullable<PageOptions['requestFacts']>;
  readonly clock: Clock;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly createContext: () => SpanContext;
  readonly onEnd: (ended: EndedCall) => void;
  readonly onBug: (bug: unknown) => void;
}

export interface PageFetch {
  readonly fetch: Fetch;
  /** Ends every stream that is open. */
  endAll(ending: Ending): void;
}

/** Observes the streams that a page reads by `fetch`. */
export function observePageFetch(original: Fetch, page: PageFetchOptions): PageFetch {
  const open = new Set<PageStream>();
  const fetches = observedFetches();
  const observed: Fetch = (input, init) => {
    const call = fetches.isInside ? undefined : guarded(page, () => beginCall(input, init, page, open));
    if (call === undefined) return original(input, init);
    const { stream } = call;
    const failed = (error: unknown): never => {
      stream.failed(error);
      throw error;
    };
    fetches.isInside = true;
    try {
      return original(input, call.init).then(
        (response) => guarded(page, () => call.responded(response)) ?? response,
        failed,
      );
    } catch (error) {
      return failed(error);
    } finally {
      fetches.isInside = false;
    }
  };
  // Others hang functions of their own on `fetch`, and `name` and `length` are seen too.
  Object.defineProperties(observed, Object.getOwnPropertyDescriptors(original));
  fetches.originals.set(observed, original);
  return {
    fetch: observed,
    endAll(ending) {
      for (const stream of [...open]) stream.end(ending);
    },
  };
}

/** A callback of the application that throws says nothing, and a bug of ours is none of its business. */
function guarded<T>({ onBug }: Pick<PageFetchOptions, 'onBug'>, work: () => T): T | undefined {
  try {
    return work();
  } catch (bug) {
    onBug(bug);
    return undefined;
  }
}

interface BegunCall {
  readonly stream: PageStream;
  readonly init: RequestInit | undefined;
  /** @returns the response for the page. */
  responded(response: Response): Response;
}

type Input = Parameters<Fetch>[0];

/** @returns undefined for a call that cannot be answered with a stream. */
function beginCall(
  input: Input,
  init: RequestInit | undefined,
  page: PageFetchOptions,
  open: Set<PageStream>,
): BegunCall | undefined {
  const { options, knowledge } = page;
  const request = typeof input === 'object' && 'url' in input ? input : undefined;
  const url = new URL(request?.url ?? String(input), document.baseURI);
  const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
  const headers = new Headers(init?.headers ?? request?.headers);
  let read: RequestFacts | undefined;
  /** The bodies of all other calls of a page are none of our business: read when it is sure that this is one of ours. */
  const asked = () =>
    (read ??= page.requestFacts(init?.body, { url, contentType: headers.get('content-type') }));
  const route = options.protocol ?? knowledge.protocolOfCall(url, method, asked);
  // Nothing speaks for such a call, or against it: only a streamed answer tells.
  if (route === undefined && method !== 'POST') return undefined;

  const model = route && asked().model;
  const told = tellOf({ url, method, header: (name) => headers.get(name), model }, page);
  const context = page.createContext();
  const startedAtMs = page.now();
  let answered: PageFacts | undefined = route && { protocol: route.name, operation: route.operation };

  const stream = createPageStream({
    clock: page.clock,
    stallThresholds: stallThresholdsOf(options.stallThreshold, model),
    signal: init?.signal ?? request?.signal ?? undefined,
    isOffline: isPageOffline,
    onBug: page.onBug,
    onEnd(facts, verdict, durationSeconds) {
      open.delete(stream);
      if (answered === undefined) return;
      page.onEnd({
        context,
        startedAtMs,
        durationSeconds,
        verdict,
        facts: {
          ...pageFacts(),
          ...told.network(),
          ...told.facts,
          ...callFacts(url, asked()),
          ...answered,
          ...facts,
        },
        dimensions: told.dimensions,
        links: told.links,
      });
    },
  });
  open.add(stream);

  return {
    stream,
    init: route === undefined ? init : withTrace(init, headers, url, context, options),
    responded(response) {
      const { ok, status } = response;
      const protocol = options.protocol ?? knowledge.protocolOfAnswer(route, response.headers);
      if (protocol === undefined || status === 0 || (route === undefined && !ok)) {
        stream.abandon();
        open.delete(stream);
        return response;
      }
      const facts = asked();
      answered = {
        protocol: protocol.name,
        operation: facts.operation ?? protocol.operation,
        httpStatus: status,
        ...headerFacts(response.headers),
      };
      const isStream = facts.stream ?? isStreamed(response);
      stream.responded(response, ok && isStream ? knowledge.openBody(protocol) : undefined);
      if (response.body !== null) return watched(response, response.body, stream);
      stream.end({ kind: 'eof' });
      return response;
    },
  };
}

/** What the application says of a call. */
function tellOf(call: ObservedCall, page: PageFetchOptions) {
  const { options } = page;
  const ask = <T>(said: T | ((call: ObservedCall) => T | undefined) | undefined): T | undefined =>
    guarded(page, () => (typeof said === 'function' ? (said as (call: ObservedCall) => T)(call) : said));
  const request = ask(options.request);
  const attempt = typeof request === 'string' ? { requestId: request } : request;
  const facts: PageFacts = {
    provider: options.provider,
    userHash: ask(options.user)?.hash,
    sessionId: ask(options.session),
    conversationId: ask(options.conversation),
    requestId: attempt?.requestId,
    attempt: attempt?.attempt,
    finalAttempt: attempt?.final,
  };
  return {
    facts,
    links: attempt?.links ?? [],
    dimensions: ask(options.dimensions) ?? {},
    network: () => ask(options.network),
  };
}

function callFacts({ hostname, port, protocol }: URL, asked: RequestFacts): PageFacts {
  const { attachments } = asked;
  const any = attachments?.count ? attachments : undefined;
  return {
    model: asked.model,
    requestStream: asked.stream || undefined,
    requestBytes: asked.bytes,
    serverAddress: hostname,
    serverPort: Number(port) || (protocol === 'http:' ? 80 : 443),
    attachmentCount: attachments?.count,
    attachmentClass: attachments?.class,
    attachmentBytes: attachments?.bytes,
    attachmentClasses: any?.classes,
    attachmentMimeTypes: any?.mimeTypes,
  };
}

const maxHeaderChars = 128;

/** Of another origin a page sees none of these, unless it is exposed. */
function headerFacts(headers: Headers): PageFacts {
  const first = (...names: string[]) =>
    names.map((name) => headers.get(name)?.slice(0, maxHeaderChars)).find((value) => value);
  return {
    providerRequestId: first('request-id', 'x-request-id'),
    gatewayId: first('cf-ray', 'x-amz-cf-id', 'x-azure-ref', 'x-vercel-id', 'x-nf-request-id', 'x-served-by'),
    responseServer: first('server'),
    retryAfterSeconds: Number(headers.get('retry-after')) || undefined,
  };
}

/** A stream is what was asked for, or what comes although nothing in the request said so. */
function isStreamed({ headers }: Response): boolean {
  const framing = framingOf(headers.get('content-type'));
  return framing !== undefined && framing !== 'json';
}

/** The application's own arguments, unless there is something to add: its own header wins. */
function withTrace(
  init: RequestInit | undefined,
  headers: Headers,
  { origin }: URL,
  { traceId, spanId }: SpanContext,
  { propagateTo }: PageOptions,
): RequestInit | undefined {
  const isWelcome = origin === location.origin || propagateTo?.includes(origin);
  if (!isWelcome || headers.has('traceparent')) return init;
  headers.set('traceparent', `00-${traceId}-${spanId}-01`);
  return { ...init, headers };
}

/**
 * The response over a pull-through stream: the body of a page's response is also read past any method (`text()`,
 * `clone()`, a response handed to the platform).
 */
function watched(response: Response, body: Body, stream: PageStream): Response {
  const isBytes = isByteStream(body);
  const reader = body.getReader();
  const source: PullSource<Uint8Array<ArrayBuffer>> = {
    async read() {
      stream.pulled();
      try {
        const result = await reader.read();
        if (result.done) stream.end({ kind: 'eof' });
        else stream.received(result.value);
        return result;
      } catch (error) {
        stream.failed(error);
        throw error;
      }
    },
    cancel(reason) {
      stream.end({ kind: 'cancel' });
      return reader.cancel(reason);
    },
  };
  // Of the stream itself a browser may collect the object while it goes on reading behind it.
  stream.heldBy(source);
  const copy = pullThrough(source, isBytes);
  const { status, statusText, headers } = response;
  return presentedAs(new Response(copy, { status, statusText, headers }), response);
}
