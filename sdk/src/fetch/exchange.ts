import { context, trace } from '@opentelemetry/api';
import type { StreamFacts } from '@weir/schemas/attributes';
import { type EndedObservation, Observation } from '../observe/observation.ts';
import { stallThresholdsOf } from '../observe/stall-thresholds.ts';
import {
  classifyHttpError,
  createBodyReader,
  type Recognition,
  recogniseProtocol,
  requestFacts,
  responseFacts,
} from '../protocols/index.ts';
import type { OpenSpan } from '../telemetry.ts';
import { verdictFacts } from '../verdict-facts.ts';
import {
  headersTimerOf,
  libraryOwnsSignal,
  requestSideFacts,
  type ToldFacts,
  toldFacts,
} from './call-facts.ts';
import { ExchangeWatch } from './exchange-watch.ts';
import type { ObservedCall } from './options.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { Settings } from './settings.ts';
import { watchResponse } from './watched-response.ts';

/** One observed HTTP exchange. None of its methods throws. */
export interface Exchange {
  /** Calls `send` with the span of this exchange as the active one, so that other instrumentations nest under it. */
  run<T>(send: () => T): T;
  /** @returns the response for the application. */
  responded(response: Response): Response;
  failed(error: unknown): void;
}

/** @returns undefined for a call that is none to a language model. */
export function beginExchange(request: OutgoingRequest, settings: Settings): Exchange | undefined {
  const body = requestFacts(request.body, {
    url: request.url,
    contentType: request.headers.get('content-type'),
  });
  const recognition = recognise(request, settings, body);
  if (recognition === undefined) return undefined;
  return openExchange(request, body, recognition, settings);
}

type Recognised = Extract<Recognition, { status: 'recognised' }>;
type RequestBodyFacts = ReturnType<typeof requestFacts>;

function recognise(
  request: OutgoingRequest,
  { options }: Settings,
  body: RequestBodyFacts,
): Recognised | undefined {
  const { url, method } = request;
  const found = recogniseProtocol({ url, method, request: body });
  const provider = options.provider ?? (found.status === 'other' ? undefined : found.provider);
  if (options.protocol !== undefined) return { status: 'recognised', protocol: options.protocol, provider };
  return found.status === 'recognised' ? { ...found, provider } : undefined;
}

function openExchange(
  request: OutgoingRequest,
  body: RequestBodyFacts,
  { protocol, provider }: Recognised,
  settings: Settings,
): Exchange {
  const { options, environment, telemetry, openStreams } = settings;
  const call: ObservedCall = {
    url: request.url,
    method: request.method,
    header: (name) => request.headers.get(name),
    model: body.model,
  };
  const told = toldFacts(options, call, telemetry.bug);
  const asked: StreamFacts = {
    ...requestSideFacts(request, body, protocol, provider),
    vantage: settings.vantage,
    ...told.facts,
  };
  const span = telemetry.begin(asked, context.active(), told.attempt?.links);
  const answered: StreamFacts = {};

  const observation: Observation = new Observation({
    clock: settings.clock,
    vantage: settings.vantage,
    stallThresholds: stallThresholdsOf(options.stallThreshold, body.model),
    loopLag: settings.loopLag,
    headersTimerSeconds: headersTimerOf(request),
    isOffline: environment.isOffline,
    onBug: telemetry.bug,
    onEnd: (ended) => {
      openStreams.delete(observation);
      watch.release();
      conclude(ended, span, { ...networkFacts(settings, request.url), ...answered }, told);
    },
  });
  const watch = new ExchangeWatch({
    observation,
    signal: request.signal,
    libraryOwnsSignal: libraryOwnsSignal(request),
  });
  openStreams.add(observation);

  return {
    run: (send) => context.with(trace.setSpan(context.active(), span.span), send),
    responded: (response) => {
      try {
        const { facts, observed } = describeResponse(response, body, protocol);
        Object.assign(answered, facts);
        observation.responded(observed);
        watch.responded(response);
        return watchResponse(response, watch);
      } catch (bug) {
        telemetry.bug(bug);
        observation.stepAside(bug);
        return response;
      }
    },
    failed: (error) => watch.failed(error),
  };
}

function describeResponse(response: Response, body: RequestBodyFacts, protocol: Recognised['protocol']) {
  const { status, ok, headers } = response;
  const known = responseFacts(headers, Date.now());
  const contentType = headers.get('content-type');
  const isStream = ok && (body.stream === true || /event-stream|ndjson|eventstream/.test(contentType ?? ''));
  const facts: StreamFacts = {
    httpStatus: status,
    ...(known.providerRequestId === undefined ? {} : { providerRequestId: known.providerRequestId }),
    ...(known.gatewayId === undefined ? {} : { gatewayId: known.gatewayId }),
    ...(known.server === undefined ? {} : { responseServer: known.server }),
    ...(known.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
  };
  return {
    facts,
    observed: {
      status,
      ok,
      signs: { intermediary: known.intermediary?.evidence },
      reader: isStream ? createBodyReader(protocol, {}) : undefined,
      classifyError: (text: string) => classifyHttpError({ status, headers, body: text }),
    },
  };
}

function networkFacts({ options, environment, telemetry }: Settings, url: URL): StreamFacts {
  const detected = environment.network(url);
  try {
    const told = typeof options.network === 'function' ? options.network() : options.network;
    return { ...detected, ...told };
  } catch (bug) {
    telemetry.bug(bug);
    return detected;
  }
}

function conclude(ended: EndedObservation, span: OpenSpan, known: StreamFacts, told: ToldFacts): void {
  const facts: StreamFacts = {
    ...known,
    ...ended.facts,
    ...verdictFacts(ended.verdict, ended.facts.finishReasonsRaw),
  };
  span.end(ended, facts, told.dimensions);
}
