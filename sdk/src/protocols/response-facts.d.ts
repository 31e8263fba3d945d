import type { HeaderSource } from './headers.ts';
import { type Intermediary } from './intermediary.ts';
/** What response headers tell. Ids and names are at most 128 characters. */
export interface ResponseFacts {
  /** The provider's id of the request: what its support asks for. */
  readonly providerRequestId?: string;
  /** The id that a gateway or CDN gave the request. */
  readonly gatewayId?: string;
  /** `server`. */
  readonly server?: string;
  /** How long to wait before another attempt, seconds. */
  readonly retryAfterSeconds?: number;
  /** Something between this service and the provider that shows itself. */
  readonly intermediary?: Intermediary;
}
/**
 * @param nowMs wall clock, ms since the epoch: `retry-after` may be a date.
 * @param provider `gen_ai.provider.name`: tells the provider's own edge from something in between.
 */
export declare function responseFacts(headers: HeaderSource, nowMs: number, provider?: string): ResponseFacts;
