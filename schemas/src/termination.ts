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
  /** One sentence a person reads beside the reason. */
  readonly meaning: string;
}

/** Every `weir.stream.termination.reason`, with its outcome. */
export const terminationReasons = {
  completed: {
    outcome: 'completed',
    retryable: false,
    meaning: 'The provider finished its answer and said so.',
  },
  tool_call: {
    outcome: 'completed',
    retryable: false,
    meaning: 'The answer ended by asking the application to run a tool.',
  },
  paused: {
    outcome: 'completed',
    retryable: false,
    meaning: 'The provider paused a long turn and expects to be asked to continue.',
  },
  length: {
    outcome: 'limited',
    retryable: false,
    meaning: 'The answer stopped at the token limit.',
  },
  content_filter: {
    outcome: 'limited',
    retryable: false,
    meaning: 'A content filter or guardrail stopped the answer.',
  },
  refusal: {
    outcome: 'limited',
    retryable: false,
    meaning: 'The model declined to answer.',
  },
  prompt_blocked: {
    outcome: 'limited',
    retryable: false,
    meaning: 'The provider blocked the prompt before any answer.',
  },
  dns_error: {
    outcome: 'failed',
    retryable: true,
    meaning: "The provider's host name could not be resolved.",
  },
  connect_error: {
    outcome: 'failed',
    retryable: true,
    meaning: 'No connection could be opened, or it broke before any answer came.',
  },
  connect_timeout: {
    outcome: 'failed',
    retryable: true,
    meaning: 'Opening the connection took longer than the timeout.',
  },
  tls_error: {
    outcome: 'failed',
    retryable: false,
    meaning: 'The TLS handshake failed.',
  },
  offline: {
    outcome: 'failed',
    retryable: true,
    meaning: "The user's device was offline.",
  },
  auth_error: {
    outcome: 'failed',
    retryable: false,
    meaning: 'The provider rejected the credentials or the permission.',
  },
  rate_limited: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The provider refused because of a rate limit.',
  },
  quota_exceeded: {
    outcome: 'failed',
    retryable: false,
    meaning: 'The plan or credit of the account is used up.',
  },
  context_length: {
    outcome: 'failed',
    retryable: false,
    meaning: "The prompt is longer than the model's context window.",
  },
  bad_request: {
    outcome: 'failed',
    retryable: false,
    meaning: 'The provider rejected the request as invalid.',
  },
  server_error: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The provider answered with an internal error.',
  },
  overloaded: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The provider said that it is overloaded.',
  },
  gateway_error: {
    outcome: 'failed',
    retryable: true,
    meaning: 'Something between this service and the provider answered with a gateway error.',
  },
  headers_timeout: {
    outcome: 'failed',
    retryable: true,
    meaning: 'No response headers came before the timeout.',
  },
  first_chunk_timeout: {
    outcome: 'failed',
    retryable: true,
    meaning: 'Headers came, but no content before the timeout.',
  },
  idle_timeout: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The stream fell silent for longer than the timeout.',
  },
  total_timeout: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The stream took longer than the total timeout.',
  },
  provider_error: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The provider sent an error inside a stream that had begun with HTTP 200.',
  },
  reset: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The connection broke in the middle of the stream.',
  },
  truncated: {
    outcome: 'failed',
    retryable: true,
    meaning: "The stream closed cleanly, but without the provider's end.",
  },
  malformed: {
    outcome: 'failed',
    retryable: true,
    meaning: 'The bytes of the stream could not be decoded.',
  },
  not_a_stream: {
    outcome: 'failed',
    retryable: false,
    meaning: 'A stream was asked for, and the answer was a document instead.',
  },
  client_abort: {
    outcome: 'aborted',
    retryable: false,
    meaning: 'The application cancelled the request.',
  },
  consumer_break: {
    outcome: 'aborted',
    retryable: false,
    meaning: 'The application stopped reading before the end.',
  },
  client_disconnect: {
    outcome: 'aborted',
    retryable: false,
    meaning: 'The user disconnected while the answer was being written.',
  },
  page_closed: {
    outcome: 'aborted',
    retryable: false,
    meaning: 'The user closed or left the page.',
  },
  not_consumed: {
    outcome: 'aborted',
    retryable: false,
    meaning: 'The application never read the body.',
  },
  lost: {
    outcome: 'lost',
    retryable: true,
    meaning: 'The stream began and its end was never reported: the process died.',
  },
  unknown: {
    outcome: 'unknown',
    retryable: false,
    meaning: 'The span says nothing about how the stream ended.',
  },
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
