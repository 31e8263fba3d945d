import type { IncomingMessage } from 'node:http';
import type { BodyWatch } from '../fetch/body-watch.ts';
import { claim } from '../fetch/claimed-streams.ts';
import { watchReadable } from '../fetch/watched-readable.ts';
import { shadow } from '../fetch/watched-reader.ts';
import { decodedWatch } from './decoded-watch.ts';

/** The body of an answer as its call sees it. */
export interface WatchedMessage {
  /** @returns whether the last stream that the body is piped into was closed by its reader. */
  isLeft(): boolean;
  cancelled(): void;
}

/**
 * Watches the body of an answer in place. Node says nothing but `aborted` and `close` to a reader without a listener
 * for errors when the connection breaks, so these are listened to as well.
 *
 * @param reasonFor what an error is to be taken for: a caller that gives the request up breaks the connection too
 */
export function watchMessage(
  response: IncomingMessage,
  watch: BodyWatch,
  reasonFor: (error: unknown) => unknown,
): WatchedMessage {
  const decoded = decodedWatch(watch, response.headers['content-encoding']);
  const destinations: object[] = [];
  watchReadable(response, decoded);
  claim(response, (destination) => destinations.push(destination));
  const { emit } = response;
  shadow(response, 'emit', (event: string | symbol, ...values: unknown[]) => {
    if (event === 'error' && !decoded.ended) decoded.failed(reasonFor(values[0]));
    if ((event === 'aborted' || event === 'close') && !response.complete && !decoded.ended) {
      decoded.failed(reasonFor(response.errored ?? connectionLost()));
    }
    return Reflect.apply(emit, response, [event, ...values]);
  });
  return { isLeft: () => destinations.some(isClosedByReader), cancelled: () => decoded.cancelled() };
}

/** Leaving a loop over a stream destroys it with an error of Node's own, one that no signal is the cause of. */
function isClosedByReader(stream: object): boolean {
  if (Reflect.get(stream, 'destroyed') !== true) return false;
  const errored: unknown = Reflect.get(stream, 'errored');
  if (!(errored instanceof Error)) return true;
  return Reflect.get(errored, 'code') === 'ABORT_ERR' && errored.cause === undefined;
}

/** As Node names it. */
function connectionLost(): Error {
  return Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}
