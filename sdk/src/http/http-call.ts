import type { ClientRequest, IncomingMessage } from 'node:http';
import { beginExchange, type Exchange } from '../fetch/exchange.ts';
import type { ExchangeSettings } from '../fetch/exchange-settings.ts';
import type { ObserveOptions } from '../fetch/options.ts';
import { shadow } from '../fetch/watched-reader.ts';
import { isAbortError } from '../observe/ending.ts';
import { outgoingHttpRequest } from './outgoing-http-request.ts';
import { RequestBodyCopy } from './request-body-copy.ts';
import { type WatchedMessage, watchMessage } from './watched-message.ts';

interface Observing {
  readonly options: ObserveOptions;
  readonly settings: ExchangeSettings;
}

/**
 * One request of `node:http`, from when it is announced to when its answer is watched. It becomes an exchange when its
 * body is known: when it is sent, or when it is answered or fails before that.
 */
export class HttpCall {
  readonly #request: ClientRequest;
  readonly #body = new RequestBodyCopy();
  readonly #abort = new AbortController();
  #observing: Observing | undefined;
  /** Nothing moved for as long as the caller said; what follows is its answer to that. */
  #isTimedOut = false;
  #exchange: Exchange | undefined;
  #message: WatchedMessage | undefined;

  /** @param observing undefined for a request that somebody else reports */
  constructor(request: ClientRequest, observing: Observing | undefined) {
    this.#request = request;
    this.#observing =
      request.method === 'POST' || observing?.options.protocol !== undefined ? observing : undefined;
    if (this.#observing !== undefined) this.#watch(request);
  }

  /** The whole request is on its way. */
  sent(): void {
    this.#begin();
  }

  answered(response: IncomingMessage): void {
    this.#begin();
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    const { statusCode: status = 0 } = response;
    // Whoever follows a redirection sends another request.
    if (status >= 300 && status < 400) {
      exchange.abandon();
      return;
    }
    const watch = exchange.answered(
      { status, ok: status >= 200 && status < 300, headers: headersOf(response) },
      response,
    );
    if (watch !== undefined) this.#message = watchMessage(response, watch, (error) => this.#reasonFor(error));
  }

  #watch(request: ClientRequest): void {
    const { write, end, emit, destroy } = request;
    const body = this.#body;
    shadow(request, 'write', (chunk: unknown, ...rest: unknown[]) => {
      body.add(chunk, rest[0]);
      return Reflect.apply(write, request, [chunk, ...rest]);
    });
    shadow(request, 'end', (...parameters: unknown[]) => {
      body.add(parameters[0], parameters[1]);
      return Reflect.apply(end, request, parameters);
    });
    shadow(request, 'emit', (event: string | symbol, ...values: unknown[]) => {
      if (event === 'timeout') this.#isTimedOut = true;
      if (event === 'error') this.#failed(values[0]);
      return Reflect.apply(emit, request, [event, ...values]);
    });
    shadow(request, 'destroy', (error?: Error | null) => {
      this.#destroyed(error ?? undefined);
      return destroy.call(request, error ?? undefined);
    });
  }

  /** The caller gives the request up: by a signal, by a timer of its own, or because it has stopped reading. */
  #destroyed(error: Error | undefined): void {
    this.#begin();
    // A pipeline whose reader leaves gives up the request, not the answer.
    if (this.#message?.isLeft()) this.#message.cancelled();
    else if (this.#isTimedOut) this.#abort.abort(timerRanOut());
    else if (error === undefined || isAbortError(error)) this.#abort.abort(reasonOf(error));
    else this.#exchange?.failed(error);
  }

  #failed(error: unknown): void {
    this.#begin();
    this.#exchange?.failed(this.#reasonFor(error));
  }

  /** A request that is given up fails like one whose connection breaks. */
  #reasonFor(error: unknown): unknown {
    const { signal } = this.#abort;
    if (this.#isTimedOut && !signal.aborted) this.#abort.abort(timerRanOut());
    return signal.aborted ? signal.reason : error;
  }

  #begin(): void {
    const observing = this.#observing;
    if (observing === undefined) return;
    this.#observing = undefined;
    const { options, settings } = observing;
    try {
      const outgoing = outgoingHttpRequest(this.#request, this.#body.take(), this.#abort.signal);
      if (outgoing !== undefined) this.#exchange = beginExchange(outgoing, options, settings);
    } catch (bug) {
      settings.telemetry.bug(bug);
    }
  }
}

/** Node wraps the reason of a signal. */
function reasonOf(error: Error | undefined): unknown {
  return error?.cause ?? error;
}

function timerRanOut(): Error {
  return new DOMException('The request was silent for longer than its timeout', 'TimeoutError');
}

function headersOf({ headers }: IncomingMessage): Headers {
  const known = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) known.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return known;
}
