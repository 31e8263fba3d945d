/** Opt-in helpers that make a logical request of several attempts. Nothing of it runs unless it is called. */
export { type StreamTimeoutCode, StreamTimeoutError } from '../observe/timeout-error.ts';
export type { Timeouts } from './attempt-timers.ts';
export type { FetchFallback } from './fetch-target.ts';
export { type ResilientFetchOptions, resilientFetch } from './resilient-fetch.ts';
export {
  type OpenStream,
  type ResilientStreamOptions,
  resilientStream,
  type StreamAttempt,
} from './resilient-stream.ts';
export {
  chatText,
  continueText,
  messageText,
  type Resumption,
  resumeResponse,
  type TextContinuation,
} from './resumption.ts';
export { createRetryBudget, type RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';
export type { AttemptDecision, Decision, GiveUpReason, RetryOptions } from './retry-policy.ts';
export type { Timing } from './timing.ts';
