import type { Link, SpanContext } from '@opentelemetry/api';
import type { StreamFacts } from '@weir/schemas/attributes';
import { activeAttemptScope, isExported } from '../attempt-context.ts';
import type { AttemptFacts } from '../fetch/options.ts';
import type { OutgoingRequest } from '../fetch/outgoing-request.ts';
import type { EndedObservation } from '../observe/observation.ts';
import { linkTo } from '../span.ts';
import type { AttemptScope, LogicalRequest, PriorAttempt } from './attempt-scope.ts';
import { retryKey, type VendorRetries, vendorRetryCount } from './vendor-retries.ts';

export interface AttemptOptions {
  readonly request: OutgoingRequest;
  /** What the application says about it: that wins. */
  readonly told: AttemptFacts | undefined;
  readonly vendorRetries: VendorRetries;
  /** The span that is active at the call, `''` without one. */
  readonly parent: string;
}

/**
 * One attempt of a logical request: its number and its link are known when it begins, whether it was the last one at
 * best when it ends.
 *
 * A request is named after the span of its first attempt where the application gives it no name. A call that nothing
 * follows and that follows nothing stays without one: it is a request of its own.
 */
export class Attempt {
  /** Known at the start. */
  readonly facts: StreamFacts;
  readonly links: readonly Link[];
  readonly #told: AttemptFacts | undefined;
  readonly #scope: AttemptScope | undefined;
  readonly #request: LogicalRequest;
  readonly #vendorRetries: VendorRetries;
  readonly #vendorRetryCount: number | undefined;
  readonly #retryKey: string | undefined;
  readonly #isChained: boolean;
  #self: PriorAttempt | undefined;

  constructor({ request, told, vendorRetries, parent }: AttemptOptions) {
    this.#told = told;
    this.#scope = activeAttemptScope();
    this.#request = this.#scope?.request ?? { prior: undefined };
    this.#vendorRetries = vendorRetries;
    this.#vendorRetryCount = vendorRetryCount(request);
    this.#retryKey = this.#vendorRetryCount === undefined ? undefined : retryKey(request, parent);
    if (this.#request.prior === undefined) this.#request.prior = this.#vendorRetryOf();

    const { prior } = this.#request;
    this.#isChained = this.#scope !== undefined || prior !== undefined;
    const linkType = this.#scope?.began() ?? 'retry_of';
    const link = prior && linkTo(prior.span, linkType);
    this.links = [...(told?.links ?? []), ...(link === undefined ? [] : [link])];
    this.facts = {
      ...(prior === undefined ? {} : { requestId: prior.requestId, attempt: prior.attempt + 1 }),
      ...(prior === undefined && this.#isChained ? { attempt: 1 } : {}),
    };
  }

  #vendorRetryOf(): PriorAttempt | undefined {
    const count = this.#vendorRetryCount ?? 0;
    if (count === 0 || this.#retryKey === undefined) return undefined;
    return this.#vendorRetries.take(this.#retryKey, count);
  }

  /** The span of the attempt has begun. */
  began(span: SpanContext): void {
    if (!isExported(span)) return;
    this.#self = {
      requestId: this.#told?.requestId ?? this.facts.requestId ?? span.spanId,
      attempt: this.#told?.attempt ?? this.facts.attempt ?? (this.#vendorRetryCount ?? 0) + 1,
      span,
    };
    this.#request.prior = this.#self;
  }

  /** @returns what is known of the attempt now that it has ended. */
  ended(ended: EndedObservation): StreamFacts {
    const self = this.#self;
    const final = this.#finality(ended);
    if (self === undefined) return {};
    const mayBeRetried = final === undefined && this.#vendorMayRetry(ended);
    if (mayBeRetried && this.#retryKey !== undefined)
      this.#vendorRetries.failed(this.#retryKey, this.#vendorRetryCount ?? 0, self);
    if (!this.#isChained && !mayBeRetried) return {};
    return { requestId: self.requestId, ...(final === undefined ? {} : { finalAttempt: final }) };
  }

  #finality(ended: EndedObservation): boolean | undefined {
    if (this.#told?.final !== undefined) return this.#told.final;
    if (this.#scope !== undefined) {
      const decided = this.#scope.ended(ended);
      return decided === true && this.#vendorMayRetry(ended) ? undefined : decided;
    }
    const { outcome } = ended.verdict ?? {};
    return this.#isChained && (outcome === 'completed' || outcome === 'limited') ? true : undefined;
  }

  /**
   * Stainless-made clients do as the answer says, else they retry these statuses and every error of the network, as often
   * as only they know.
   */
  #vendorMayRetry({ verdict, facts, shouldRetry }: EndedObservation): boolean {
    if (this.#vendorRetryCount === undefined || verdict?.outcome !== 'failed') return false;
    if (shouldRetry !== undefined) return shouldRetry;
    const { httpStatus } = facts;
    if (httpStatus === undefined) return true;
    return httpStatus >= 500 || [408, 409, 429].includes(httpStatus);
  }
}
