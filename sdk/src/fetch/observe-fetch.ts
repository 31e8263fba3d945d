import { beginExchange, type Exchange } from './exchange.ts';
import type { ObserveOptions } from './options.ts';
import { outgoingRequest } from './outgoing-request.ts';
import { resolveSettings, type Settings } from './settings.ts';

export type Fetch = typeof globalThis.fetch;

/** The `fetch` behind each observed one. */
const originals = new WeakMap<Fetch, Fetch>();
/** Set while an observed `fetch` calls what it wraps: that may be another observed one, which then stands back. */
let isInsideObserved = false;

/**
 * Observes every call to a language model that goes through `fetch`, and gives one OpenTelemetry span for each,
 * whatever way it ends. Other calls pass untouched.
 *
 * The application gets the same `Response` with the same bytes and the same errors. The body is watched in place: it
 * is never copied, teed or read ahead.
 *
 * @param fetch the function to observe. One that is observed already is unwrapped first: there is never more than one
 *   span for a call.
 * @param options overrides and callbacks; none is needed.
 * @returns a `fetch` for `new OpenAI({ fetch })`, `new Anthropic({ fetch })` or direct use.
 */
export function observeFetch(fetch: Fetch, options: ObserveOptions = {}): Fetch {
  const original = originals.get(fetch) ?? fetch;
  const settings = resolveSettings(options);

  const observed: Fetch = (input, init) => {
    if (isInsideObserved) return original(input, init);
    const exchange = begin(input, init, options, settings);
    if (exchange === undefined) return original(input, init);
    return send(() => original(input, init), exchange);
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
  input: Parameters<Fetch>[0],
  init: Parameters<Fetch>[1],
  options: ObserveOptions,
  settings: Settings,
): Exchange | undefined {
  try {
    const request = outgoingRequest(input, init);
    return request === undefined ? undefined : beginExchange(request, options, settings);
  } catch (bug) {
    settings.telemetry.bug(bug);
    return undefined;
  }
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
