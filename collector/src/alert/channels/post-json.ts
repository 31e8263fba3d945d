import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPrivateLiteral, PrivateAddressError, publicLookup } from './private-address.ts';

/** `forbidden`: the address is private and private ones are not allowed. `unreachable`: no answer in time, or none. */
export type PostResult =
  | {
      readonly status: 'answered';
      readonly statusCode: number;
      readonly retryAfter: string | null;
      /** The beginning of the body. */
      readonly text: string;
    }
  | { readonly status: 'forbidden'; readonly detail: string }
  | { readonly status: 'unreachable'; readonly detail: string };

export type PostJson = (url: string, body: unknown, headers?: Record<string, string>) => Promise<PostResult>;

export interface PostJsonOptions {
  /** Whether loopback, private and link-local addresses may be reached. */
  readonly allowPrivate: boolean;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** How names become addresses when private ones are not allowed. */
  readonly lookup?: LookupFunction;
}

const MOST_TEXT_BYTES = 2_000;

/**
 * Posts JSON to addresses that users typed in, which `fetch` cannot do safely: the decision about the address belongs
 * to the socket. Redirects are not followed, proxies from the environment are not used.
 */
export function createPostJson(options: PostJsonOptions): PostJson {
  const lookup = options.lookup ?? publicLookup();
  return async (url, body, headers = {}) => {
    const target = new URL(url);
    if (!options.allowPrivate && isPrivateLiteral(target)) return forbidden(target.hostname);
    const signal = AbortSignal.timeout(options.timeoutMs);
    try {
      const payload = Buffer.from(JSON.stringify(body));
      const response = await exchange(target, payload, {
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'weir' },
        signal,
        ...(options.allowPrivate ? {} : { lookup }),
      });
      return {
        status: 'answered',
        statusCode: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'] ?? null,
        text: await beginningOf(response),
      };
    } catch (error) {
      if (error instanceof PrivateAddressError) return forbidden(target.hostname);
      if (signal.aborted) {
        return {
          status: 'unreachable',
          detail: `${target.host} did not answer within ${options.timeoutMs / 1000} s.`,
        };
      }
      return { status: 'unreachable', detail: `${target.host} could not be reached: ${reasonOf(error)}.` };
    }
  };
}

interface ExchangeOptions {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
  readonly lookup?: LookupFunction;
}

function exchange(target: URL, payload: Buffer, options: ExchangeOptions): Promise<IncomingMessage> {
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // Without an agent there is no connection of an earlier, differently decided request to reuse.
    const headers = { ...options.headers, 'content-length': payload.byteLength };
    request(target, { ...options, headers, method: 'POST', agent: false })
      .once('response', resolve)
      .once('error', reject)
      .end(payload);
  });
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_TEXT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_TEXT_BYTES).toString('utf8');
}

function forbidden(host: string): PostResult {
  return {
    status: 'forbidden',
    detail: `${host} is a private address, which webhooks must not reach. Allow it with WEIR_ALLOW_PRIVATE_WEBHOOKS=true.`,
  };
}

/** Errors of several tried addresses have an empty message of their own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
