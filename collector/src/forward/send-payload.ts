import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ForwardEndpoint } from './endpoints.ts';
import type { Payload } from './payload.ts';

/** `later`: the same request may be taken another time. `refused`: it never will be. */
export type SendOutcome =
  | { readonly status: 'taken' }
  | { readonly status: 'later'; readonly detail: string; readonly retryAfterMs?: number }
  | { readonly status: 'refused'; readonly detail: string };

/** Never rejects. The signal makes it give up, with `later`. */
export type SendPayload = (payload: Payload, signal: AbortSignal) => Promise<SendOutcome>;

export interface SendPayloadOptions {
  readonly endpoint: ForwardEndpoint;
  /** Added to `Via`. */
  readonly via: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  readonly connections: number;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
}

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Posts payloads to one endpoint over connections that are kept. Of the request that was received only what describes
 * its body goes along; its credentials do not. Redirects are not followed.
 */
export function createSendPayload({
  endpoint,
  via,
  timeoutMs,
  connections,
  now,
}: SendPayloadOptions): SendPayload {
  const url = new URL(endpoint.url);
  const isTls = url.protocol === 'https:';
  const pool = { keepAlive: true, maxSockets: connections };
  const agent = isTls ? new HttpsAgent(pool) : new HttpAgent(pool);
  const request = isTls ? httpsRequest : httpRequest;

  function exchange(payload: Payload, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { ...endpoint.headers, ...headersOf(payload, via) };
      request(url, { method: 'POST', agent, headers, signal })
        .once('response', resolve)
        // Also after the response: a connection that breaks then must not take the process along.
        .on('error', reject)
        .end(payload.body);
    });
  }

  return async (payload, signal) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await exchange(payload, AbortSignal.any([signal, timeout]));
      // What it says goes nowhere, and read it must be for the connection to be used again.
      response.on('error', () => undefined).resume();
      return outcomeOf(response.statusCode ?? 0, response.headers['retry-after'], now());
    } catch (error) {
      const detail = timeout.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error);
      return { status: 'later', detail };
    }
  };
}

function headersOf(
  { body, contentType, contentEncoding, via }: Payload,
  own: string,
): Record<string, string> {
  return {
    'content-type': contentType,
    ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
    'content-length': String(body.length),
    'user-agent': 'weir',
    via: via === undefined ? own : `${via}, ${own}`,
  };
}

function outcomeOf(statusCode: number, retryAfter: string | undefined, now: number): SendOutcome {
  if (statusCode >= 200 && statusCode < 300) return { status: 'taken' };
  const detail = `it answered ${statusCode}`;
  if (!RETRYABLE.has(statusCode)) return { status: 'refused', detail };
  const retryAfterMs = retryAfter === undefined ? undefined : millisecondsOf(retryAfter, now);
  return { status: 'later', detail, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** RFC 9110 10.2.3: seconds, or a date. */
function millisecondsOf(retryAfter: string, now: number): number | undefined {
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Errors of several tried addresses have an empty message of their own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
