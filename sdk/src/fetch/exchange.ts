import type { StreamFacts } from '@weir/schemas/attributes';
import type { Ending } from '../observe/ending.ts';
import { type EndedObservation, Observation } from '../observe/observation.ts';
import { stallThresholdsOf } from '../observe/stall-thresholds.ts';
import type { RequestBody } from '../protocols/index.ts';
import type { OpenSpan } from '../telemetry.ts';
import { type ToldFacts, toldFacts } from '../told-facts.ts';
import { verdictFacts } from '../verdict-facts.ts';
import type { BodyWatch } from './body-watch.ts';
import { bodyFacts, headersTimerOf, libraryOwnsSignal, requestSideFacts } from './call-facts.ts';
import type { AttemptCourse, ExchangeSettings } from './exchange-settings.ts';
import { ExchangeWatch } from './exchange-watch.ts';
import type { OpenStream } from './open-streams.ts';
import type { ObservedCall, ObserveOptions } from './options.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import { type RecognisedCall, recogniseCall } from './recognised-call.ts';
import { type ResponseHead, readResponse } from './response-side.ts';

/** @returns undefined for a call that is none to a language model. */
export function beginExchange(
  request: OutgoingRequest,
  options: ObserveOptions,
  settings: ExchangeSettings,
): Exchange | undefined {
  const call = recogniseCall(request, options, settings.wire);
  return call === undefined ? undefined : new Exchange(request, call, options, settings);
}

/** Apart from the exchange, whose closures would hold the request with its body for as long as it is open. */
function observedCall({ url, method, headers }: OutgoingRequest, model: string | undefined): ObservedCall {
  return { url, method, header: (name) => headers.get(name), model };
}

/** One observed HTTP exchange, from the call to its span. */
export class Exchange implements OpenStream {
  readonly #call: RecognisedCall;
  readonly #options: ObserveOptions;
  readonly #settings: ExchangeSettings;
  readonly #dimensions: ToldFacts['dimensions'];
  readonly #attempt: AttemptCourse;
  readonly #span: OpenSpan;
  readonly #observation: Observation;
  readonly #watch: ExchangeWatch;
  #answered: StreamFacts = {};
  #shouldRetry: boolean | undefined;
  /** What the copy of a body told. */
  #copied: StreamFacts = {};

  constructor(
    request: OutgoingRequest,
    call: RecognisedCall,
    options: ObserveOptions,
    settings: ExchangeSettings,
  ) {
    const { body } = call;
    const { telemetry } = settings;
    this.#call = call;
    this.#options = options;
    this.#settings = settings;
    const told = toldFacts(options, observedCall(request, body.model), {
      hashUserId: settings.hashUserId,
      onBug: telemetry.bug,
    });
    this.#attempt = settings.beginAttempt(request, told.attempt);
    this.#dimensions = told.dimensions;
    const asked = {
      ...requestSideFacts(request, call),
      vantage: settings.vantage,
      ...this.#attempt.facts,
      ...told.facts,
    };
    this.#span = telemetry.begin(asked, this.#attempt.links);
    this.#attempt.began(this.#span.context);
    this.#observation = new Observation({
      clock: settings.clock,
      vantage: settings.vantage,
      stallThresholds: stallThresholdsOf(options.stallThreshold, body.model),
      loopLag: settings.loopLag,
      headersTimerSeconds: headersTimerOf(request),
      isOffline: settings.environment.isOffline,
      networkErrorFacts: settings.networkErrorFacts,
      onBug: telemetry.bug,
      onEnd: (ended) => this.#conclude(ended),
    });
    this.#watch = new ExchangeWatch({
      observation: this.#observation,
      signal: request.signal,
      libraryOwnsSignal: libraryOwnsSignal(request),
    });
    if (!settings.openStreams.add(this)) telemetry.dropped('open_stream');
    // Facts of a body that can only be copied come too late for the start of the span.
    if (request.copyBody !== undefined) {
      void this.#readCopy(request.copyBody(), request.headers.get('content-type'));
    }
  }

  async #readCopy(copy: Promise<RequestBody>, contentType: string | null): Promise<void> {
    try {
      const options = { url: this.#call.url, contentType };
      this.#copied = bodyFacts(this.#settings.wire.requestFacts(await copy, options));
    } catch {
      // The application's own request fails by the same error, and says so.
    }
  }

  /** Calls `send` with the span of this exchange as the active one, so that other instrumentations nest under it. */
  run<T>(send: () => T): T {
    return this.#span.run(send);
  }

  /** @returns the response for the application. Never throws. */
  responded(response: Response): Response {
    const watch = this.answered(response, response);
    if (watch === undefined) return response;
    try {
      if (response.body !== null) return this.#settings.watchResponse(response, response.body, watch);
      watch.finished();
    } catch (bug) {
      this.#observation.stepAside(bug);
    }
    return response;
  }

  /**
   * The headers of the answer have come. Never throws.
   *
   * @param holder what the application holds while it may still read the body
   * @returns what wants to know how the body is read; undefined when nothing more needs to be watched
   */
  answered(head: ResponseHead, holder: object): BodyWatch | undefined {
    try {
      const side = readResponse(head, this.#call, this.#settings.wire);
      if (side === undefined) {
        this.abandon();
        return undefined;
      }
      this.#answered = side.facts;
      if (!head.ok) this.#shouldRetry = flagOf(head.headers.get('x-should-retry'));
      this.#observation.responded(side.observed);
      this.#watch.responded(head.ok, holder);
      return this.#watch;
    } catch (bug) {
      this.#observation.stepAside(bug);
      return undefined;
    }
  }

  failed(error: unknown): void {
    this.#watch.failed(error);
  }

  end(ending: Ending): void {
    this.#observation.end(ending);
  }

  reportOpen(nextSeconds: number): void {
    const soFar = this.#observation.soFar();
    if (soFar === undefined) return;
    const facts = { ...this.#networkFacts(), ...this.#copied, ...this.#answered, ...soFar.facts };
    this.#span.reportOpen?.(soFar, facts, this.#dimensions, nextSeconds);
  }

  /** The call was none to a language model after all. A span that is not ended is not exported. */
  abandon(): void {
    this.#observation.abandon();
    this.#release();
  }

  #release(): void {
    this.#settings.openStreams.delete(this);
    this.#watch.release();
  }

  #conclude(ended: EndedObservation): void {
    this.#release();
    const facts: StreamFacts = {
      ...this.#networkFacts(),
      ...this.#copied,
      ...this.#answered,
      ...ended.facts,
      ...verdictFacts(ended.verdict, ended.facts.finishReasonsRaw),
    };
    Object.assign(facts, this.#attemptFacts({ ...ended, facts, shouldRetry: this.#shouldRetry }));
    this.#span.end(ended, facts, this.#dimensions);
  }

  #attemptFacts(ended: EndedObservation): StreamFacts {
    try {
      return this.#attempt.ended(ended);
    } catch (bug) {
      this.#settings.telemetry.bug(bug);
      return {};
    }
  }

  #networkFacts(): StreamFacts {
    const { environment, telemetry } = this.#settings;
    const { network } = this.#options;
    const detected = environment.network(this.#call.url);
    try {
      const told = typeof network === 'function' ? network() : network;
      return { ...detected, ...told };
    } catch (bug) {
      telemetry.bug(bug);
      return detected;
    }
  }
}

function flagOf(text: string | null): boolean | undefined {
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}
