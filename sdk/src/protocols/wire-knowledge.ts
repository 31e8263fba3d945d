import type { HeaderSource } from './headers.ts';
import type { HttpErrorFacts, HttpErrorResponse } from './http-error.ts';
import type { BodyReader, Protocol } from './protocol.ts';
import type { Recogniser } from './recogniser.ts';
import type { RequestBody, RequestFacts, RequestFactsOptions } from './request-facts.ts';
import type { ResponseFacts } from './response-facts.ts';

/** What is known of wire formats and of those who speak them. */
export interface WireKnowledge {
  readonly recognise: Recogniser;
  readonly requestFacts: (body: RequestBody, options: RequestFactsOptions) => RequestFacts;
  readonly responseFacts: (headers: HeaderSource, nowMs: number, provider?: string) => ResponseFacts;
  readonly classifyHttpError: (response: HttpErrorResponse) => HttpErrorFacts;
  /** @returns undefined where the framing of the protocol is not known. */
  readonly openBody: (protocol: Protocol) => BodyReader | undefined;
}
