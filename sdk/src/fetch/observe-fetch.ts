import type { Protocol } from '../protocols/index.ts';
import { type ProtocolName, protocolGiven } from '../protocols/named.ts';
import type { Fetch } from './observed-fetches.ts';
import type { ObserveOptions } from './options.ts';
import { resolveSettings } from './settings.ts';
import { wrapFetch } from './wrapped-fetch.ts';

export { type Fetch, isObserved } from './observed-fetches.ts';

export interface ObserveFetchOptions extends Omit<ObserveOptions, 'protocol'> {
  /** Wire format of every call, or its name, where path and payload do not tell it. */
  readonly protocol?: Protocol | ProtocolName;
}

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
 * @throws {TypeError} on the name of a protocol that there is not; it lists those that there are.
 * @returns a `fetch` for `new OpenAI({ fetch })`, `new Anthropic({ fetch })` or direct use.
 */
export function observeFetch(fetch: Fetch, options: ObserveFetchOptions = {}): Fetch {
  const { protocol, ...others } = options;
  const resolved = protocol === undefined ? others : { ...others, protocol: protocolGiven(protocol) };
  return wrapFetch(fetch, resolved, resolveSettings(resolved));
}
