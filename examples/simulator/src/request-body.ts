import type { IncomingMessage } from 'node:http';
import { asObject, type Json } from './json.ts';

export type ReadBody =
  | { readonly status: 'ok'; readonly body: Json }
  | { readonly status: 'too_large' }
  | { readonly status: 'not_json' }
  | { readonly status: 'client_closed' };

/** Reads a JSON object of at most `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxBytes) return { status: 'too_large' };
      parts.push(part);
    }
  } catch {
    // The only way reading a request fails is the connection going away.
    return { status: 'client_closed' };
  }
  try {
    const body = asObject(JSON.parse(Buffer.concat(parts).toString('utf8')));
    return body === undefined ? { status: 'not_json' } : { status: 'ok', body };
  } catch {
    return { status: 'not_json' };
  }
}
