/**
 * How a stream ends: the closed vocabulary, and the one place that maps a termination reason to everything
 * that follows from it.
 *
 * Definitions: `docs/taxonomy.md`, generated from this file. Reasons are decided from wire facts (status, headers,
 * bytes, finish reasons, who closed first), never from the names of exception classes.
 */

/** What a stream amounts to. Failure rate = (failed + lost) / (all - aborted). */
export const outcomes = ['completed', 'limited', 'failed', 'aborted', 'lost', 'unknown'] as const;
export type Outcome = (typeof outcomes)[number];

/** How far the attempt got before it ended. `done` means that the provider's own end was seen. */
export const stages = ['connect', 'headers', 'first_chunk', 'streaming', 'done', 'unknown'] as const;
export type Stage = (typeof stages)[number];

/** Who ended the stream. */
export const initiators = ['provider', 'intermediary', 'service', 'client', 'unknown'] as const;
export type Initiator = (typeof initiators)[number];

/** Where the stream is watched from: a service reading, a service writing, or the user's page reading. */
export const vantages = ['consumer', 'producer', 'browser', 'unknown'] as const;
export type Vantage = (typeof vantages)[number];

interface ReasonDefinition {
  readonly outcome: Outcome;
  /** Whether the same request may succeed if sent again unchanged. */
  readonly retryable: boolean;
}

/** Every `weir.stream.termination.reason`, with its outcome; `termination-meanings.ts` says what each means. */
export const terminationReasons = {
  completed: { outcome: 'completed', retryable: false },
  tool_call: { outcome: 'completed', retryable: false },
  paused: { outcome: 'completed', retryable: false },
  length: { outcome: 'limited', retryable: false },
  content_filter: { outcome: 'limited', retryable: false },
  refusal: { outcome: 'limited', retryable: false },
  prompt_blocked: { outcome: 'limited', retryable: false },
  dns_error: { outcome: 'failed', retryable: true },
  connect_error: { outcome: 'failed', retryable: true },
  connect_timeout: { outcome: 'failed', retryable: true },
  tls_error: { outcome: 'failed', retryable: false },
  offline: { outcome: 'failed', retryable: true },
  auth_error: { outcome: 'failed', retryable: false },
  rate_limited: { outcome: 'failed', retryable: true },
  quota_exceeded: { outcome: 'failed', retryable: false },
  context_length: { outcome: 'failed', retryable: false },
  bad_request: { outcome: 'failed', retryable: false },
  server_error: { outcome: 'failed', retryable: true },
  overloaded: { outcome: 'failed', retryable: true },
  gateway_error: { outcome: 'failed', retryable: true },
  headers_timeout: { outcome: 'failed', retryable: true },
  first_chunk_timeout: { outcome: 'failed', retryable: true },
  idle_timeout: { outcome: 'failed', retryable: true },
  total_timeout: { outcome: 'failed', retryable: true },
  provider_error: { outcome: 'failed', retryable: true },
  reset: { outcome: 'failed', retryable: true },
  truncated: { outcome: 'failed', retryable: true },
  malformed: { outcome: 'failed', retryable: true },
  not_a_stream: { outcome: 'failed', retryable: false },
  client_abort: { outcome: 'aborted', retryable: false },
  consumer_break: { outcome: 'aborted', retryable: false },
  client_disconnect: { outcome: 'aborted', retryable: false },
  page_closed: { outcome: 'aborted', retryable: false },
  not_consumed: { outcome: 'aborted', retryable: false },
  lost: { outcome: 'lost', retryable: true },
  unknown: { outcome: 'unknown', retryable: false },
} as const satisfies Record<string, ReasonDefinition>;

export type TerminationReason = keyof typeof terminationReasons;

export const reasons = Object.keys(terminationReasons) as readonly TerminationReason[];

/** @returns the outcome that a reason belongs to. */
export function outcomeOf(reason: TerminationReason): Outcome {
  return terminationReasons[reason].outcome;
}

export function isTerminationReason(value: unknown): value is TerminationReason {
  return typeof value === 'string' && Object.hasOwn(terminationReasons, value);
}

export function isOutcome(value: unknown): value is Outcome {
  return (outcomes as readonly unknown[]).includes(value);
}
