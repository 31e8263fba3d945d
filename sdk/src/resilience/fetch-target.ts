import { outgoingRequest } from '../fetch/outgoing-request.ts';
import { type RecognisedCall, recogniseCall } from '../fetch/recognised-call.ts';
import { fullKnowledge } from '../protocols/index.ts';
import { asObject, parseJson } from '../protocols/json.ts';

export type FetchInput = Parameters<typeof fetch>[0];
export type FetchInit = NonNullable<Parameters<typeof fetch>[1]>;

/** Where else the same request may go. It must answer in the same wire format, for the same client reads it. */
export interface FetchFallback {
  /** Replaces `model` in the JSON body. */
  readonly model?: string;
  /** Replaces the whole URL: another provider, region or gateway. */
  readonly url?: string | URL;
  /** Added to the headers, replacing those of the same name; `null` takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** A call to a language model, as `fetch` takes it. */
export interface FetchTarget {
  readonly input: FetchInput;
  readonly init: FetchInit;
  readonly signal: AbortSignal | undefined;
  readonly call: RecognisedCall;
}

/** @returns undefined for a call that is none to a language model, and for one that `fetch` itself will refuse. */
export function fetchTarget(input: FetchInput, init: FetchInit = {}): FetchTarget | undefined {
  try {
    const request = outgoingRequest(input, init);
    if (request === undefined) return undefined;
    const call = recogniseCall(request, {}, fullKnowledge);
    return call === undefined ? undefined : { input, init, signal: request.signal, call };
  } catch {
    // Headers or a URL that cannot be: `fetch` says what is wrong with them.
    return undefined;
  }
}

/** Whether the request can be sent more than once: not with a body that is a stream. */
export function isReplayable({ input, init }: FetchTarget): boolean {
  const isRequest = typeof input === 'object' && 'body' in input;
  if (isRequest && input.body !== null && init.body === undefined) return false;
  return !(init.body instanceof ReadableStream) && !isAsyncIterable(init.body);
}

function isAsyncIterable(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** The same request for another model or another place. Only a JSON body in text can name another model. */
export function applyFallback(target: FetchTarget, { model, url, headers = {} }: FetchFallback): FetchTarget {
  const { input, init, signal, call } = target;
  const body = model === undefined ? undefined : withModel(init.body, model);
  const request = typeof input === 'object' && 'url' in input ? input : undefined;
  const changed = withHeaders(init.headers ?? request?.headers, headers);
  if (body !== undefined) changed.delete('content-length');
  const sent: FetchInit = { ...init, headers: changed, ...(body === undefined ? {} : { body }) };
  return fetchTarget(url ?? input, sent) ?? { input: url ?? input, init: sent, signal, call };
}

function withModel(body: unknown, model: string): string | undefined {
  if (typeof body !== 'string') return undefined;
  const parsed = parseJson(body);
  return parsed.status === 'ok' && asObject(parsed.value) !== undefined
    ? JSON.stringify({ ...asObject(parsed.value), model })
    : undefined;
}

function withHeaders(
  given: ConstructorParameters<typeof Headers>[0],
  changes: Readonly<Record<string, string | null>>,
): Headers {
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return headers;
}
