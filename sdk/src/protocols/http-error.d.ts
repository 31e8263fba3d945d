import type { Initiator, TerminationReason } from '@weir/schemas/termination';
import type { HeaderSource } from './headers.ts';
export interface HttpErrorResponse {
  readonly status: number;
  readonly headers: HeaderSource;
  /** The beginning of the body as text; '' if it was not read. */
  readonly body: string;
  /** `gen_ai.provider.name`: tells the provider's own edge from something in between. */
  readonly provider?: string | undefined;
}
export interface HttpErrorFacts {
  readonly reason: TerminationReason;
  /** The provider's code or type, at most 64 characters; '' when it gave none. */
  readonly code: string;
  /** Who answered, as far as status, body and headers tell. */
  readonly initiator: Initiator;
  /** The fact that tells it, in a few words. */
  readonly evidence: string;
  /** How long to wait, where the body says it; seconds. Headers are `responseFacts`. */
  readonly retryAfterSeconds?: number;
}
/**
 * Says what a response that is not 2xx means: from the provider's code, then its message, then the status. Nothing of
 * the body but the code is kept. Never throws.
 */
export declare function classifyHttpError(response: HttpErrorResponse): HttpErrorFacts;
