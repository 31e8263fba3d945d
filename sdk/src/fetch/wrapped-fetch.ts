import { beginExchange, type Exchange } from './exchange.ts';
import type { ExchangeSettings } from './exchange-settings.ts';
import type { ObserveOptions } from './options.ts';
import { outgoingRequest } from './outgoing-request.ts';

export type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];
type Init = Parameters<Fetch>[1];

/** The `fetch` behind each observed one. */
const originals = new WeakMap<Fetch, Fetch>();
/** Set while an observed `fetch` calls what it wraps: that may be another observed one, which then stands back. */
let isInsideObserved = false;

/** `observeFetch` with everything it needs. */
export function wrapFetch(fetch: Fetch, options: ObserveOptions, settings: ExchangeSettings): Fetch {
  const original = originals.get(fetch) ?? fetch;

  const observed: Fetch = (input, init) => {
    if (isInsideObserved) return original(input, init);
    const exchange = begin(input, init, options, settings);
    if (exchange === undefined) return original(input, init);
    return send(() => original(input, withHeaders(input, init, exchange.headers())), exchange);
  };
  // Runtimes hang functions of their own on `fetch` (`fetch.preconnect` in Bun), and `name` and `length` are seen too.
  Object.defineProperties(observed, Object.getOwnPropertyDescriptors(original));
  originals.set(observed, original);
  return observed;
}

/** @returns whether calls through `fetch` are observed. */
export function isObserved(fetch: Fetch): boolean {
  return originals.has(fetch);
}

function begin(
  input: Input,
  init: Init,
  options: ObserveOptions,
  settings: ExchangeSettings,
): Exchange | undefined {
  try {
    const request = outgoingRequest(input, init);
    return request === undefined ? undefined : beginExchange(request, options, settings);
  } catch (bug) {
    settings.telemetry.bug(bug);
    return undefined;
  }
}

/** The application's own arguments, unless there is something to add. Its own headers win. */
function withHeaders(input: Input, init: Init, added: readonly [string, string][]): Init {
  if (added.length === 0) return init;
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  for (const [name, value] of added) if (!headers.has(name)) headers.set(name, value);
  return { ...init, headers };
}

function send(call: () => Promise<Response>, exchange: Exchange): Promise<Response> {
  let answer: Promise<Response>;
  isInsideObserved = true;
  try {
    answer = exchange.run(call);
  } catch (error) {
    exchange.failed(error);
    throw error;
  } finally {
    isInsideObserved = false;
  }
  return answer.then(
    (response) => exchange.responded(response),
    (error: unknown) => {
      exchange.failed(error);
      throw error;
    },
  );
}
