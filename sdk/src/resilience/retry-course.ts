import { type TerminationReason, terminationReasons } from '@weir/schemas/termination';
import type { Decision, GiveUpReason, RetryPolicy } from './retry-policy.ts';

/** A failed attempt, as far as the decision needs to know it. */
export interface Failure {
  readonly reason: TerminationReason;
  /** How long the provider asks to wait, seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The provider says that it is of no use to try again. */
  readonly isRetryRefused?: boolean;
  /** What the application has of the answer; `resumable`: it can be gone on with. */
  readonly output: 'none' | 'seen' | 'resumable';
}

export interface RetryCourseOptions {
  readonly policy: RetryPolicy;
  /** How many fallbacks there are. */
  readonly fallbacks: number;
  /** The request can be sent again. */
  readonly isReplayable: boolean;
  /** Nothing begins later than this, ms of the policy's clock. */
  readonly deadlineMs?: number | undefined;
}

/** The course of one logical request: decides after each failed attempt what comes next, and counts. */
export class RetryCourse {
  readonly #policy: RetryPolicy;
  readonly #fallbacks: number;
  readonly #isReplayable: boolean;
  readonly #latestStartMs: number;
  #target = 0;
  #attemptsAtTarget = 1;

  constructor({ policy, fallbacks, isReplayable, deadlineMs }: RetryCourseOptions) {
    this.#policy = policy;
    this.#fallbacks = isReplayable ? fallbacks : 0;
    this.#isReplayable = isReplayable;
    const elapsedMs = policy.timing.clock() + policy.maxElapsedSeconds * 1000;
    this.#latestStartMs = Math.min(elapsedMs, deadlineMs ?? elapsedMs);
  }

  /** To be called once for each failed attempt: a retry that is granted is paid for. */
  decide(failure: Failure): Decision {
    const delayMs = this.#delayMs(failure);
    const because = this.#whyNotAgain(failure, delayMs);
    if (because === undefined) {
      this.#attemptsAtTarget++;
      return { status: failure.output === 'resumable' ? 'resume' : 'retry', delayMs };
    }
    if (!this.#mayFallBack(failure)) return { status: 'give_up', because };
    this.#target++;
    this.#attemptsAtTarget = 1;
    return { status: 'fallback', target: this.#target, delayMs: 0, because };
  }

  #whyNotAgain(failure: Failure, delayMs: number): GiveUpReason | undefined {
    const { reason, retryAfterSeconds = 0 } = failure;
    const { maxAttempts, maxRetryAfterSeconds, budget } = this.#policy;
    if (!terminationReasons[reason].retryable || failure.isRetryRefused) return 'not_retryable';
    if (failure.output === 'seen') return 'output_seen';
    if (!this.#isReplayable) return 'not_replayable';
    if (this.#attemptsAtTarget >= maxAttempts) return 'attempts';
    if (retryAfterSeconds > maxRetryAfterSeconds) return 'retry_after';
    if (!this.#mayStartIn(delayMs)) return 'elapsed';
    return budget.take() ? undefined : 'budget';
  }

  #mayStartIn(delayMs: number): boolean {
    return this.#policy.timing.clock() + delayMs <= this.#latestStartMs;
  }

  #mayFallBack({ reason, output }: Failure): boolean {
    const isLeft = this.#target < this.#fallbacks && this.#mayStartIn(0);
    return isLeft && output === 'none' && this.#policy.fallbackOn(reason);
  }

  /**
   * Exponential backoff with full jitter: any moment up to the limit is as likely as any other, which spreads the
   * retries of many clients best. A wait that the provider asks for is kept in full, and the jitter comes on top.
   */
  #delayMs({ retryAfterSeconds }: Failure): number {
    const { baseDelaySeconds, maxDelaySeconds, timing } = this.#policy;
    if (retryAfterSeconds !== undefined && retryAfterSeconds > 0) {
      return 1000 * (retryAfterSeconds + timing.random() * baseDelaySeconds);
    }
    const limit = Math.min(maxDelaySeconds, baseDelaySeconds * 2 ** (this.#attemptsAtTarget - 1));
    return 1000 * timing.random() * limit;
  }
}
