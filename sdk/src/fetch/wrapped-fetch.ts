import { beginExchange, type Exchange } from './exchange.ts';
import type { ExchangeSettings } from './exchange-settings.ts';
import { type Fetch, type ObservedFetches, observedFetches } from './observed-fetches.ts';
import type { ObserveOptions } from './options.ts';
import { outgoingRequest } from './outgoing-request.ts';

type Input = Parameters<Fetch>[0];
type Init = Parameters<Fetch>[1];

/** `observeFetch` with everything it needs. */
export function wrapFetch(fetch: Fetch, options: ObserveOptions, settings: ExchangeSettings): Fetch {
  const fetches = observedFetches();
  const original = fetches.originals.get(fetch) ?? fetch;

  const observed: Fetch = (input, init) => {
    if (fetches.isInside) return original(input, init);
    const exchange = begin(input, init, options, settings);
    if (exchange === undefined) return original(input, init);
    return send(() => original(input, init), exchange, fetches);
  };
  // Runtimes hang functions of their own on `fetch` (`fetch.preconnect` in Bun), and `name` and `length` are seen too.
  Object.defineProperties(observed, Object.getOwnPropertyDescriptors(original));
  fetches.originals.set(observed, original);
  return observed;
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

function send(
  call: () => Promise<Response>,
  exchange: Exchange,
  fetches: ObservedFetches,
): Promise<Response> {
  let answer: Promise<Response>;
  fetches.isInside = true;
  try {
    answer = exchange.run(call);
  } catch (error) {
    exchange.failed(error);
    throw error;
  } finally {
    fetches.isInside = false;
  }
  return answer.then(
    (response) => exchange.responded(response),
    (error: unknown) => {
      exchange.failed(error);
      throw error;
    },
  );
}
