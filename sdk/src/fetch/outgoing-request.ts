import type { HeaderSource, RequestBody } from '../protocols/index.ts';

type FetchInput = Parameters<typeof fetch>[0];
type FetchInit = Parameters<typeof fetch>[1];

/** The request of a `fetch` call, looked at without consuming anything of it. */
export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: HeaderSource;
  /** Undefined where reading it would consume it: streams, and the body of a `Request`. */
  readonly body: RequestBody;
  readonly signal: AbortSignal | undefined;
  /** Copies the body of a `Request`, which cannot be looked at in place. To be called before it is sent. */
  readonly copyBody?: () => Promise<RequestBody>;
}

/** @returns undefined where the URL cannot be read; `fetch` itself then says what is wrong with it. */
export function outgoingRequest(input: FetchInput, init: FetchInit): OutgoingRequest | undefined {
  const request = typeof input === 'object' && 'url' in input ? input : undefined;
  const url = parseUrl(request === undefined ? String(input) : request.url);
  if (url === undefined) return undefined;
  return {
    url,
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    headers: headersOf(init?.headers ?? request?.headers),
    body: readableBody(init?.body),
    signal: init?.signal ?? request?.signal ?? undefined,
    ...(request !== undefined &&
      isCopied(request, init) && { copyBody: async () => request.clone().arrayBuffer() }),
  };
}

/** JSON alone: a copy of an upload would hold in memory what streams through. */
function isCopied(request: Request, init: FetchInit): boolean {
  if (request.body === null || request.bodyUsed || (init?.body ?? undefined) !== undefined) return false;
  return /\bjson\b/i.test(request.headers.get('content-type') ?? '');
}

function parseUrl(url: string): URL | undefined {
  const base = typeof document === 'undefined' ? undefined : document.baseURI;
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

function headersOf(headers: HeadersInit | undefined): HeaderSource {
  if (headers === undefined) return { get: () => null };
  return headers instanceof Headers ? headers : new PlainHeaders(headers);
}

/**
 * Headers as `fetch` takes them besides `Headers`, whose constructor takes longer than everything else that is read of a
 * request: few of them are ever asked for.
 */
class PlainHeaders implements HeaderSource {
  readonly #entries: readonly (readonly unknown[])[];

  constructor(headers: Exclude<HeadersInit, Headers>) {
    this.#entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  }

  get(name: string): string | null {
    const wanted = name.toLowerCase();
    const values = this.#entries.filter(([key]) => String(key).toLowerCase() === wanted);
    return values.length === 0 ? null : values.map(([, value]) => String(value).trim()).join(', ');
  }
}

function readableBody(body: BodyInit | null | undefined): RequestBody {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return body instanceof FormData || body instanceof URLSearchParams ? body : undefined;
}
