import type { ClientRequest } from 'node:http';
import type { OutgoingRequest } from '../fetch/outgoing-request.ts';

/** A request of `node:http` in the form in which calls are recognised; undefined where its address makes no sense. */
export function outgoingHttpRequest(
  request: ClientRequest,
  body: string | Uint8Array | undefined,
  signal: AbortSignal,
): OutgoingRequest | undefined {
  const header = (name: string) => textOf(request.getHeader(name));
  const origin = `${request.protocol}//${header('host') ?? request.host}`;
  // Through a proxy the path is the whole address.
  if (!URL.canParse(request.path, origin)) return undefined;
  return {
    url: new URL(request.path, origin),
    method: request.method,
    headers: { get: header },
    body: body instanceof Uint8Array && isText(header('content-type')) ? textOfBytes(body) : body,
    signal,
  };
}

function textOf(value: ReturnType<ClientRequest['getHeader']>): string | null {
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function textOfBytes({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

function isText(contentType: string | null): boolean {
  return contentType === null || /json|text|x-www-form-urlencoded/i.test(contentType);
}
