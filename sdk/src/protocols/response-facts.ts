import type { HeaderSource } from './headers.ts';

/** What response headers tell. */
export interface ResponseFacts {
  readonly providerRequestId?: string;
  readonly gatewayId?: string;
  /** `server`. */
  readonly server?: string;
  readonly retryAfterSeconds?: number;
  /** Something between this service and the provider that says so: name, and the header that says it. */
  readonly intermediary?: { readonly name: string; readonly evidence: string };
}

/** @param nowMs wall clock, ms since the epoch: `retry-after` may be a date. */
export function responseFacts(headers: HeaderSource, _nowMs: number): ResponseFacts {
  const providerRequestId = headers.get('x-request-id') ?? headers.get('request-id');
  const gatewayId = headers.get('cf-ray');
  return {
    ...(providerRequestId === null ? {} : { providerRequestId }),
    ...(gatewayId === null ? {} : { gatewayId }),
  };
}
