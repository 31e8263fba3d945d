import { framingOf } from './content-type.ts';
import type { GenericProtocols } from './generic-reader.ts';
import type { HeaderSource } from './headers.ts';
import type { Framing, Protocol } from './protocol.ts';
import { remembered } from './remembered.ts';
import { parseTarget, type Target } from './request-target.ts';
import type { RequestHint, WireFormat } from './wire-format.ts';

/** What is known of an HTTP exchange: the response only after its headers came. */
export interface Exchange {
  /** Absolute, or relative to a page. */
  readonly url: string | URL;
  /** Default `POST`. */
  readonly method?: string;
  readonly request?: RequestHint;
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
export type Recogniser = (exchange: Exchange) => Recognition;

export interface RecogniserOptions {
  /** In order: where several fit, the first one counts. */
  readonly formats: readonly WireFormat[];
  readonly generic: GenericProtocols;
  /** `gen_ai.provider.name`; undefined where nothing names one. */
  readonly providerName: (
    protocol: Protocol,
    target: Target,
    responseHeaders: HeaderSource | undefined,
  ) => string | undefined;
}

export function createRecogniser({ formats, generic, providerName }: RecogniserOptions): Recogniser {
  const routes = formats.flatMap((format) => format.routes ?? []);
  const routesOf = remembered((path) => routes.filter((route) => route.path.test(path)));
  const byHeader = formats.flatMap((format) => format.headers ?? []);
  const variants = formats.flatMap((format) => format.variants ?? []);
  const byFraming: { readonly [F in Framing]?: Protocol } = Object.assign(
    { sse: generic.sse, ndjson: generic.ndjson },
    ...formats.map((format) => format.byFraming),
  );

  /** @returns undefined where the path is of none of the known services. */
  function protocolOfRoute(
    target: Target,
    verb: string,
    hint: RequestHint | undefined,
  ): Protocol | undefined {
    const found = routesOf(target.path).find(
      ({ method = 'POST', when }) => verb === method && (when === undefined || when(target, hint)),
    );
    return found && (found.protocol ?? generic.sse);
  }

  /** The response decides how it is framed, whatever its path promised. */
  function protocolOfResponse(route: Protocol | undefined, headers: HeaderSource): Protocol | undefined {
    const named = byHeader.find(([name]) => headers.get(name) !== null);
    if (named !== undefined) return named[1];
    const framing = framingOf(headers.get('content-type'));
    if (framing === undefined || framing === route?.framing) return route;
    const variant = variants.find(([asked, answered]) => asked === route && answered.framing === framing);
    // One JSON document is an answer without a stream.
    return variant?.[1] ?? (framing === 'json' ? route : byFraming[framing]);
  }

  return (exchange) => {
    const target = parseTarget(exchange.url);
    const { request, responseHeaders } = exchange;
    const route = protocolOfRoute(target, (exchange.method ?? 'POST').toUpperCase(), request);
    const found = responseHeaders === undefined ? route : protocolOfResponse(route, responseHeaders);
    const protocol = found ?? (asksModel(exchange) ? generic.sse : undefined);
    if (protocol === undefined) return { status: 'other' };
    const status = route === undefined ? 'candidate' : 'recognised';
    return { status, protocol, provider: providerName(protocol, target, responseHeaders) };
  };
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
