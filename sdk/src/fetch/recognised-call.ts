import type { Protocol, RequestFacts, WireKnowledge } from '../protocols/index.ts';
import type { ObserveOptions } from './options.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** A call that goes, or may go, to a language model: what its answer is read by. Its body is the application's alone. */
export interface RecognisedCall {
  /** `candidate`: its body asks a model for a stream, but its path is unknown; the answer decides. */
  readonly status: 'recognised' | 'candidate';
  readonly url: URL;
  readonly method: string;
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
  const asked = { url, method, body, provider };
  if (protocol !== undefined) return { ...asked, status: 'recognised', protocol, isProtocolGiven: true };
  if (found.status === 'other') return undefined;
  return { ...asked, status: found.status, protocol: found.protocol, isProtocolGiven: false };
}

/** Keeps the bodies of all other calls of an application from being read: a glance, not a parse. */
function mayAskModel({ method, body }: OutgoingRequest): boolean {
  return (
    method === 'POST' && typeof body === 'string' && body.includes('"stream"') && body.includes('"model"')
  );
}
