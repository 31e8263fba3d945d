import type { LinkType } from '@weir/schemas/attributes';
import type { AttemptScope, LogicalRequest } from '../attempts/attempt-scope.ts';
import type { EndedObservation } from '../observe/observation.ts';
import type { Failure, RetryCourse } from './retry-course.ts';
import type { Decision } from './retry-policy.ts';

/** What a provider says about trying again. */
export type RetryHints = Pick<Failure, 'retryAfterSeconds' | 'isRetryRefused'>;

export interface FetchScopeOptions {
  readonly request: LogicalRequest;
  readonly link: LinkType;
  readonly course: RetryCourse;
  /** Whoever made the call, if that is an attempt of a larger one. */
  readonly outer: AttemptScope | undefined;
}

/**
 * One attempt of a resilient `fetch`. Its span may end before the policy is asked what comes next, so that the decision
 * is made by whichever needs it first, and only once.
 */
export class FetchScope implements AttemptScope {
  readonly request: LogicalRequest;
  hints: () => RetryHints = () => ({});
  readonly #course: RetryCourse;
  readonly #outer: AttemptScope | undefined;
  #link: LinkType;
  #decision: Decision | undefined;
  #isHandedOver = false;

  constructor({ request, link, course, outer }: FetchScopeOptions) {
    this.request = request;
    this.#link = link;
    this.#course = course;
    this.#outer = outer;
  }

  began(): LinkType {
    const link = this.#link;
    this.#link = 'retry_of';
    return link;
  }

  decide(failure: Failure): Decision {
    this.#decision ??= this.#course.decide(failure);
    return this.#decision;
  }

  /** The application has the response: whatever happens to it now, this `fetch` repeats nothing. */
  handOver(): void {
    this.#isHandedOver = true;
  }

  ended(ended: EndedObservation): boolean | undefined {
    const { verdict } = ended;
    if (!this.#isHandedOver && verdict?.outcome === 'failed') {
      this.decide({ reason: verdict.reason, output: 'none', ...this.hints() });
    }
    if (this.#decision !== undefined && this.#decision.status !== 'give_up') return false;
    return this.#outer === undefined ? true : this.#outer.ended(ended);
  }
}
