import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { observedFetches } from '../fetch/observed-fetches.ts';
import type { ObserveOptions } from '../fetch/options.ts';
import { resolveSettings } from '../fetch/settings.ts';
import { isNotToBeObserved } from '../telemetry.ts';
import { HttpCall } from './http-call.ts';

/** Node tells of every request of `node:http` and `node:https` here; `created` since Node 22, the others since 18. */
const channels = {
  created: 'http.client.request.created',
  sent: 'http.client.request.start',
  answered: 'http.client.response.finish',
} as const;

interface Announced {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
}

/**
 * Observes every call to a language model that goes through `node:http` or `node:https`, whichever library makes it:
 * `axios`, `got`, `node-fetch` and what is built on them, `openai` before version 5 among them. Each call gives one
 * span, whatever way it ends; other calls pass untouched.
 *
 * Nothing of Node is replaced: it announces its requests, and those that go to a model are watched in place. Without
 * `created` (Node 20) a request is first seen when it is sent; the model is then known from the answer alone.
 *
 * @returns a function that stops observing; calls under way are observed to their end.
 */
export function observeHttpRequests(options: ObserveOptions): () => void {
  const settings = resolveSettings(options);
  const calls = new WeakMap<ClientRequest, HttpCall>();

  const callOf = (request: ClientRequest): HttpCall => {
    const known = calls.get(request);
    if (known !== undefined) return known;
    // An observed `fetch` that is built on `node:http` reports the call itself; nobody reports an exporter's.
    const isOthers = observedFetches().isInside || isNotToBeObserved();
    const call = new HttpCall(request, isOthers ? undefined : { options, settings });
    calls.set(request, call);
    return call;
  };
  const listener = (tell: (announced: Announced) => void) => (message: unknown) => {
    try {
      tell(message as Announced);
    } catch (bug) {
      settings.telemetry.bug(bug);
    }
  };
  const listeners = [
    [channels.created, listener(({ request }) => void callOf(request))],
    [channels.sent, listener(({ request }) => callOf(request).sent())],
    [channels.answered, listener(({ request, response }) => callOf(request).answered(response))],
  ] as const;

  for (const [channel, listen] of listeners) subscribe(channel, listen);
  return () => {
    for (const [channel, listen] of listeners) unsubscribe(channel, listen);
  };
}
