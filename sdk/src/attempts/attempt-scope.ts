import type { SpanContext } from '@opentelemetry/api';
import type { LinkType } from '@weir/schemas/attributes';
import type { EndedObservation } from '../observe/observation.ts';

/** The latest attempt of a logical request, as far as the next one has to know it. */
export interface PriorAttempt {
  readonly requestId: string;
  /** From 1. */
  readonly attempt: number;
  readonly span: SpanContext;
}

/** What an application asks for once, over all of its attempts. */
export interface LogicalRequest {
  prior: PriorAttempt | undefined;
}

/** Whoever makes the attempts of a logical request: it says how they hang together, and learns how they end. */
export interface AttemptScope {
  readonly request: LogicalRequest;
  /**
   * A call begins that belongs to the request.
   *
   * @returns how it relates to the attempt before it, if there is one.
   */
  began(): LinkType;
  /**
   * An attempt has ended.
   *
   * @param ended its facts include what the response headers told.
   * @returns whether it decided the fate of the request; undefined where that is not known.
   */
  ended(ended: EndedObservation): boolean | undefined;
}
