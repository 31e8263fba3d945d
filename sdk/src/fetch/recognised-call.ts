import type { Protocol, RequestFacts, WireKnowledge } from '../protocols/index.ts';
import type { ObserveOptions } from './options.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** A call that goes, or may go, to a language model. */
export interface RecognisedCall {
  /** `candidate`: its body asks a model for a stream, but its path is unknown; the answer decides. */
  readonly status: 'recognised' | 'candidate';
  readonly request: OutgoingRequest;
  readonly body: RequestFacts;
  readonly protocol: Protocol;
  readonly isProtocolGiven: boolean;
  readonly provider: string | undefined;
}

/** @returns undefined for a call that is none to a language model. */
export function recogniseCall(
  request: OutgoingRequest,
  options: Pick<ObserveOptions, 'protocol' | 'provider'>,
  wire: WireKnowledge,
): RecognisedCall | undefined {
  const { url, method } = request;
  const { protocol } = options;
  const isOther = protocol === undefined && wire.recognise({ url, method }).status === 'other';
  if (isOther && !mayAskModel(request)) return undefined;

  const body = wire.requestFacts(request.body, { url, contentType: request.headers.get('content-type') });
  const found = wire.recognise({ url, method, request: body });
  const provider = options.provider ?? (found.status === 'other' ? undefined : found.provider);
  if (protocol !== undefined) {
    return { status: 'recognised', request, body, protocol, isProtocolGiven: true, provider };
  }
  if (found.status === 'other') return undefined;
  return { status: found.status, request, body, protocol: found.protocol, isProtocolGiven: false, provider };
}

/** Keeps the bodies of all other calls of an application from being read: a glance, not a parse. */
function mayAskModel({ method, body }: OutgoingRequest): boolean {
  return (
    method === 'POST' && typeof body === 'string' && body.includes('"stream"') && body.includes('"model"')
  );
}
