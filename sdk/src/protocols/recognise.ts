import { aiSdk, aiSdkData } from './ai-sdk.ts';
import { bedrock } from './bedrock.ts';
import { cohereV1, cohereV1Sse } from './cohere.ts';
import { framingOf } from './content-type.ts';
import { gemini, geminiJson } from './gemini.ts';
import { genericNdjson, genericSse } from './generic.ts';
import type { HeaderSource } from './headers.ts';
import type { Framing, Protocol } from './protocol.ts';
import { providerOf, providerOfHeaders } from './providers.ts';
import type { RequestFacts } from './request-facts.ts';
import { parseTarget, type Target } from './request-target.ts';
import { protocolOfRoute } from './routes.ts';

/** What is known of an HTTP exchange: the response only after its headers came. */
export interface Exchange {
  /** Absolute, or relative to a page. */
  readonly url: string | URL;
  /** Default `POST`. */
  readonly method?: string;
  readonly request?: Pick<RequestFacts, 'model' | 'stream' | 'input'>;
  readonly responseHeaders?: HeaderSource;
}

/**
 * - `recognised`: a call to a language model in this wire format.
 * - `candidate`: perhaps one; before the response because of its body, after it because it streams. A reader of the
 *   given protocol finds out from the first events.
 * - `other`: no call to a language model.
 *
 * `provider` is `gen_ai.provider.name`; undefined where nothing names one.
 */
export type Recognition =
  | { readonly status: 'recognised'; readonly protocol: Protocol; readonly provider: string | undefined }
  | { readonly status: 'candidate'; readonly protocol: Protocol; readonly provider: string | undefined }
  | { readonly status: 'other' };

/**
 * Which wire format an exchange speaks: from the end of its path, so that any base URL will do, then the shape of the
 * request, then what the response says of itself. Ask again once the response headers are there: they decide the
 * framing. Never throws.
 */
export function recogniseProtocol(exchange: Exchange): Recognition {
  const target = parseTarget(exchange.url);
  const { request, responseHeaders } = exchange;
  const route = protocolOfRoute(target, exchange.method ?? 'POST', request);
  const protocol = responseHeaders === undefined ? route : protocolOfResponse(route, responseHeaders);
  if (protocol === undefined)
    return asksModel(exchange) ? candidate(genericSse, target, exchange) : { status: 'other' };
  if (route === undefined) return candidate(protocol, target, exchange);
  return { status: 'recognised', protocol, provider: providerName(protocol, target, responseHeaders) };
}

function candidate(protocol: Protocol, target: Target, { responseHeaders }: Exchange): Recognition {
  return { status: 'candidate', protocol, provider: providerName(protocol, target, responseHeaders) };
}

/** A request to an unknown path that names a model and asks for a stream, before its response is known. */
function asksModel({ request, responseHeaders, method = 'POST' }: Exchange): boolean {
  return (
    responseHeaders === undefined &&
    method.toUpperCase() === 'POST' &&
    request?.stream === true &&
    request.model !== undefined &&
    request.input !== undefined
  );
}

/** The response decides how it is framed, whatever its path promised. */
function protocolOfResponse(route: Protocol | undefined, headers: HeaderSource): Protocol | undefined {
  if (headers.get('x-vercel-ai-ui-message-stream') !== null) return aiSdk;
  if (headers.get('x-vercel-ai-data-stream') !== null) return aiSdkData;
  const framing = framingOf(headers.get('content-type'));
  if (framing === undefined || framing === route?.framing) return route;
  if (route === undefined) return framing === 'json' ? undefined : generic[framing];
  if (route === gemini && framing === 'json') return geminiJson;
  if (route === geminiJson && framing === 'sse') return gemini;
  if (route === cohereV1 && framing === 'sse') return cohereV1Sse;
  return framing === 'json' ? route : generic[framing];
}

const generic: Readonly<Record<Exclude<Framing, 'json'>, Protocol>> = {
  sse: genericSse,
  ndjson: genericNdjson,
  eventstream: bedrock,
};

function providerName(
  protocol: Protocol,
  target: Target,
  responseHeaders: HeaderSource | undefined,
): string | undefined {
  const named = providerOf(target.host, target.path);
  if (named !== undefined) return named;
  if (protocol.name === 'ollama' || target.port === '11434') return 'ollama';
  if (protocol.name === 'bedrock') return 'aws.bedrock';
  return responseHeaders === undefined ? undefined : providerOfHeaders(responseHeaders);
}
