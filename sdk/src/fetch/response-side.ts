import type { StreamFacts } from '@weir/schemas/attributes';
import type { ObservedResponse } from '../observe/observation.ts';
import { framingOf } from '../protocols/content-type.ts';
import type { HttpErrorFacts, Protocol, Recognition, WireKnowledge } from '../protocols/index.ts';
import type { RecognisedCall } from './recognised-call.ts';

/** Status and headers of an answer. */
export type ResponseHead = Pick<Response, 'status' | 'ok' | 'headers'>;

/** What the headers of an answer tell. */
export interface ResponseSide {
  readonly facts: StreamFacts;
  readonly observed: ObservedResponse;
}

/**
 * @returns undefined where the answer shows that the call was none to a language model: it went to an unknown path, and
 *   nothing is streamed back.
 */
export function readResponse(
  response: ResponseHead,
  call: RecognisedCall,
  wire: WireKnowledge,
): ResponseSide | undefined {
  const { status, ok, headers } = response;
  const found = wire.recognise({
    url: call.url,
    method: call.method,
    request: call.body,
    responseHeaders: headers,
  });
  if (isOther(call, found, ok)) return undefined;
  const protocol = protocolOf(found, call);
  const provider = call.provider ?? (found.status === 'other' ? undefined : found.provider);
  const known = wire.responseFacts(headers, Date.now(), provider);
  return {
    facts: {
      protocol: protocol.name,
      ...(provider === undefined ? {} : { provider }),
      httpStatus: status,
      ...(known.providerRequestId === undefined ? {} : { providerRequestId: known.providerRequestId }),
      ...(known.gatewayId === undefined ? {} : { gatewayId: known.gatewayId }),
      ...(known.server === undefined ? {} : { responseServer: known.server }),
      ...(known.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
    },
    observed: {
      status,
      ok,
      signs: { intermediary: known.intermediary?.evidence },
      reader: ok && isStream(call, headers) ? wire.openBody(protocol) : undefined,
      classifyError: ok ? undefined : errorClassifier(response, provider, wire),
    },
  };
}

/** Holds the headers, which are kilobytes: there is none for an answer that is no error. */
function errorClassifier(
  { status, headers }: ResponseHead,
  provider: string | undefined,
  wire: WireKnowledge,
): (body: string) => HttpErrorFacts {
  return (body) =>
    wire.classifyHttpError({ status, headers, body, ...(provider === undefined ? {} : { provider }) });
}

function isOther({ status }: RecognisedCall, found: Recognition, ok: boolean): boolean {
  return status === 'candidate' && found.status === 'other' && ok;
}

function protocolOf(found: Recognition, call: RecognisedCall): Protocol {
  if (call.isProtocolGiven || found.status === 'other') return call.protocol;
  return found.protocol;
}

/** A stream is what was asked for, or what comes although nothing in the request said so. */
function isStream({ body }: RecognisedCall, headers: Headers): boolean {
  if (body.stream !== undefined) return body.stream;
  const framing = framingOf(headers.get('content-type'));
  return framing !== undefined && framing !== 'json';
}
