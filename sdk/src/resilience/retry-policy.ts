import { type TerminationReason, terminationReasons } from '@weir/schemas/termination';
import { createRetryBudget, type RetryBudget } from './retry-budget.ts';
import { systemTiming, type Timing } from './timing.ts';

/** When to try again. All are optional. */
export interface RetryOptions {
  /** Attempts at one target, the first included; each fallback has as many of its own. Default 3. */
  readonly maxAttempts?: number;
  /** No attempt begins later than this after the call. Default 60. */
  readonly maxElapsedSeconds?: number;
  /** Upper limit of the wait before the second attempt; it doubles with each further one. Default 0.5. */
  readonly baseDelaySeconds?: number;
  /** Upper limit of any wait that the provider did not ask for. Default 8. */
  readonly maxDelaySeconds?: number;
  /** A provider that asks for a longer wait (`Retry-After`) is not waited for. Default 30. */
  readonly maxRetryAfterSeconds?: number;
  /** Shared by all requests of the policy. Default: one of its own. */
  readonly budget?: RetryBudget;
  /** Reasons that a fallback may help with. Default: what is retryable, and an exhausted quota. */
  readonly fallbackOn?: (reason: TerminationReason) => boolean;
  /** Told of every decision about a failed attempt. What it throws reaches the application. */
  readonly onDecision?: (decision: AttemptDecision) => void;
  /** Default: the system's. */
  readonly timing?: Timing;
}

export type RetryPolicy = Required<Omit<RetryOptions, 'onDecision'>> & Pick<RetryOptions, 'onDecision'>;

/**
 * Why the same request is not sent again.
 *
 * - `not_retryable`: it would fail again, or the provider said so (`x-should-retry: false`).
 * - `output_seen`: the application has part of the answer, and the stream cannot be resumed.
 * - `attempts`, `elapsed`, `budget`: the policy's limits.
 * - `retry_after`: the provider asks for a longer wait than the policy allows.
 * - `not_replayable`: the body of the request can be read only once.
 */
export type GiveUpReason =
  | 'not_retryable'
  | 'output_seen'
  | 'attempts'
  | 'elapsed'
  | 'budget'
  | 'retry_after'
  | 'not_replayable';

/** What is done after an attempt has failed. */
export type Decision =
  | { readonly status: 'retry' | 'resume'; readonly delayMs: number }
  /** @param target from 1: the number of the fallback. */
  | {
      readonly status: 'fallback';
      readonly target: number;
      readonly delayMs: 0;
      readonly because: GiveUpReason;
    }
  | { readonly status: 'give_up'; readonly because: GiveUpReason };

/** One decision, as it is reported. */
export interface AttemptDecision {
  /** `weir.request.id`; undefined where nothing is observed. */
  readonly requestId: string | undefined;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly reason: TerminationReason;
  readonly decision: Decision;
}

export function resolveRetryPolicy(options: RetryOptions): RetryPolicy {
  const { onDecision } = options;
  return {
    maxAttempts: options.maxAttempts ?? 3,
    maxElapsedSeconds: options.maxElapsedSeconds ?? 60,
    baseDelaySeconds: options.baseDelaySeconds ?? 0.5,
    maxDelaySeconds: options.maxDelaySeconds ?? 8,
    maxRetryAfterSeconds: options.maxRetryAfterSeconds ?? 30,
    budget: options.budget ?? createRetryBudget(),
    fallbackOn: options.fallbackOn ?? mayBeHelpedByFallback,
    timing: options.timing ?? systemTiming,
    ...(onDecision === undefined ? {} : { onDecision }),
  };
}

function mayBeHelpedByFallback(reason: TerminationReason): boolean {
  return terminationReasons[reason].retryable || reason === 'quota_exceeded';
}
