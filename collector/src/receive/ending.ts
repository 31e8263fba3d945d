import type { Outcome, Stage, TerminationReason } from '@weir/schemas/termination';
import { outcomeOf } from '@weir/schemas/termination';
import { finishReasonOf } from './finish-reason.ts';

/** What a span of another instrumentation may say about how its call ended. */
export interface EndingFacts {
  /** Span status ERROR, or an error in a vocabulary of its own. */
  readonly isError: boolean;
  /** `error.type` or the type of a recorded exception; '' when there is none. */
  readonly errorType: string;
  readonly httpStatus: number | null;
  /** Of the span status or of a recorded exception; '' when there is none. */
  readonly message: string;
  readonly finishReasons: readonly string[];
}

export interface Ending {
  readonly outcome: Outcome;
  readonly reason: TerminationReason;
  readonly stage: Stage;
}

/**
 * Reads an ending from what another instrumentation recorded. Those watch method calls, not wires: a clean cut looks
 * like a success to them, so nothing is concluded beyond their words.
 *
 * - A cancellation by the caller is `aborted`, and not a failure, whatever the span status.
 * - An error is `failed`; the reason is named only where an HTTP status or an SDK's error class decides it. Clients
 *   put the status in front of their messages, which some instrumentations record and nothing else.
 * - A finish reason decides the rest. Without one the ending is `unknown`: a span that ends without error does not say
 *   that its stream was complete.
 */
export function endingOf(facts: EndingFacts): Ending {
  if (isCancellation(facts)) return of('client_abort');
  if (isFailure(facts)) return failed(reasonOfError(facts));
  const reasons = facts.finishReasons.map((word) => finishReasonOf(word));
  const broken = reasons.find((reason) => reason?.normal === 'error');
  if (broken !== undefined) return failed(broken.ending ?? 'unknown');
  // Several choices may end differently; the one that did not simply stop is the news.
  const known = reasons.flatMap((reason) => reason?.ending ?? []);
  const ending = known.find((reason) => reason !== 'completed') ?? known[0];
  return ending === undefined
    ? { outcome: 'unknown', reason: 'unknown', stage: 'unknown' }
    : of(ending, 'done');
}

const of = (reason: TerminationReason, stage: Stage = 'unknown'): Ending => ({
  outcome: outcomeOf(reason),
  reason,
  stage,
});

const failed = (reason: TerminationReason): Ending => ({ outcome: 'failed', reason, stage: 'unknown' });

const cancellations = new Set([
  'AbortError',
  'APIUserAbortError',
  'CancelledError',
  'CanceledError',
  // LangSmith's words for an iterator left early.
  'Cancelled',
  'GeneratorExit',
]);

/** What Node, browsers and the client of OpenAI say of a signal. */
const cancellationMessage =
  /^(Request was aborted|(The|This) operation was aborted|The user aborted a request)\.?$/;

function isCancellation(facts: EndingFacts): boolean {
  if (cancellations.has(lastSegment(facts.errorType))) return true;
  if (!facts.isError && facts.errorType === '') return false;
  const { name, rest } = readMessage(facts.message);
  return cancellations.has(name) || cancellations.has(rest) || cancellationMessage.test(rest);
}

/** `RateLimitError: 429 Rate …` and `RateLimitError("Error code: 429 - …")`: the first line, with the name apart. */
function readMessage(message: string): { name: string; rest: string } {
  const [, name = '', rest = ''] = /^(?:([A-Z]\w+)(?:: |\(["']?|$))?(.*)/.exec(firstLine(message)) ?? [];
  return { name, rest };
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

/** `asyncio.exceptions.CancelledError` -> `CancelledError`. */
function lastSegment(errorType: string): string {
  return errorType.slice(errorType.lastIndexOf('.') + 1);
}

/** Error classes by which the SDKs of OpenAI and Anthropic and their relatives name one HTTP status each. */
const reasonByErrorClass: { readonly [name: string]: TerminationReason } = {
  AuthenticationError: 'auth_error',
  PermissionDeniedError: 'auth_error',
  RateLimitError: 'rate_limited',
  BadRequestError: 'bad_request',
  NotFoundError: 'bad_request',
  UnprocessableEntityError: 'bad_request',
  OverloadedError: 'overloaded',
  insufficient_quota: 'quota_exceeded',
  rate_limit_exceeded: 'rate_limited',
  context_length_exceeded: 'context_length',
  overloaded_error: 'overloaded',
};

/** `429 Rate limit reached`, `404 status code (no body)`, `529 {"type":"error"`, `Error code: 429 - {'error':`. */
const statusInFront = /^(?:Error code: )?([45]\d\d) (?=[A-Z{"]|status code|- )/;

function reasonOfError({ errorType, httpStatus, message }: EndingFacts): TerminationReason {
  const told = readMessage(message);
  for (const name of [lastSegment(errorType), told.name]) {
    const byClass = Object.hasOwn(reasonByErrorClass, name) ? reasonByErrorClass[name] : undefined;
    if (byClass !== undefined) return byClass;
  }
  if (httpStatus !== null) return reasonOfStatus(httpStatus);
  const [, status = ''] = /^([45]\d\d)$/.exec(errorType) ?? statusInFront.exec(told.rest) ?? [];
  return status === '' ? 'unknown' : reasonOfStatus(Number(status));
}

/** 503 stays open: an overloaded provider and a gateway in front of it both use it. */
function reasonOfStatus(status: number): TerminationReason {
  if (status === 401 || status === 403) return 'auth_error';
  if (status === 429) return 'rate_limited';
  if (status === 400 || status === 404 || status === 422) return 'bad_request';
  if (status === 500) return 'server_error';
  if (status === 529) return 'overloaded';
  if (status === 502 || status === 504 || (status >= 520 && status <= 527)) return 'gateway_error';
  return 'unknown';
}

function isFailure({ isError, errorType, httpStatus }: EndingFacts): boolean {
  return isError || errorType !== '' || (httpStatus !== null && httpStatus >= 400);
}
