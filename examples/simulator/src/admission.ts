import type { IncomingMessage } from 'node:http';
import type { Json } from './json.ts';
import { protocols } from './protocols/index.ts';
import type { ChatRequest, FailureKind, Protocol, Route } from './protocols/protocol.ts';
import { readBody } from './request-body.ts';
import type { RequestTarget } from './request-target.ts';

export interface FoundProtocol {
  readonly protocol: Protocol;
  readonly route: Route;
}

export type Admission =
  | { readonly status: 'ok'; readonly request: ChatRequest; readonly body: Json }
  | { readonly status: 'rejected'; readonly kind: FailureKind; readonly problem: string }
  | { readonly status: 'client_closed' };

export function findProtocol(target: RequestTarget): FoundProtocol | undefined {
  for (const protocol of protocols) {
    const route = protocol.route(target.path, target.query);
    if (route !== undefined) return { protocol, route };
  }
  return undefined;
}

/** Reads a request as the provider would, up to the provider's own complaint about it. */
export async function admit(
  request: IncomingMessage,
  { protocol, route }: FoundProtocol,
  maxBodyBytes: number,
): Promise<Admission> {
  const read = await readBody(request, maxBodyBytes);
  switch (read.status) {
    case 'client_closed':
      return read;
    case 'too_large':
      return { status: 'rejected', kind: 'too_large', problem: 'The request body is too large.' };
    case 'not_json':
      return {
        status: 'rejected',
        kind: 'bad_request',
        problem: 'We could not parse the JSON body of your request.',
      };
    case 'ok': {
      const parsed = protocol.parse(read.body, route);
      return parsed.status === 'ok'
        ? { status: 'ok', request: parsed.request, body: read.body }
        : { status: 'rejected', kind: 'bad_request', problem: parsed.problem };
    }
  }
}
