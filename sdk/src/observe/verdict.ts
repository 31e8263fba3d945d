import {
  type Initiator,
  type Outcome,
  outcomeOf,
  type Stage,
  type TerminationReason,
  terminationReasons,
  type Vantage,
} from '@weir/schemas/termination';
import type { AnswerFacts, BodyFault, DocumentKind, HttpErrorFacts } from '../protocols/index.ts';
import { type Ending, isAbortError } from './ending.ts';
import { decideInitiator, type PathSigns } from './initiator.ts';
import type { Progress } from './stream-meter.ts';

/** Everything that the outcome is decided from. Wire facts only: never the names of a client library's exceptions. */
export interface Evidence {
  readonly ending: Ending;
  readonly progress: Progress;
  readonly vantage: Vantage;
  readonly response: ResponseEvidence | undefined;
  /** What the answer said; undefined where the body was not read as a stream. */
  readonly answer: AnswerEvidence | undefined;
  /** The body was asked for before it ended. */
  readonly everPulled: boolean;
  /** The runtime says that there is no network (`navigator.onLine`). */
  readonly offline: boolean;
}

export interface ResponseEvidence {
  readonly ok: boolean;
  readonly status: number;
  /** What a status that is not 2xx means. */
  readonly error: HttpErrorFacts | undefined;
  readonly signs: PathSigns;
  /** A stream was asked for, and the body is a document. */
  readonly document: DocumentKind | undefined;
}

export interface AnswerEvidence {
  readonly facts: AnswerFacts;
  /** The wire format is known, and with it what its end looks like. */
  readonly isKnownFormat: boolean;
  /** The events were parsed by a library of an unknown format, or are plain text. */
  readonly isParsed: boolean;
  readonly hasTerminalEvent: boolean;
  /** Nothing marks the end of a whole answer but the end of its body. */
  readonly endsWithBody?: boolean;
  readonly cachedTokensAreExtra: boolean;
  readonly broken: BodyFault | undefined;
  readonly midFrame: boolean;
  readonly events: number;
  readonly malformedEvents: number;
  /** The last thing that was read did not decode. */
  readonly lastReadMalformed: boolean;
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: TerminationReason;
  readonly stage: Stage;
  readonly initiator: Initiator;
  readonly initiatorEvidence: string;
  readonly retryable: boolean;
}

export interface Decision {
  readonly reason: TerminationReason;
  readonly stage?: Stage;
  /** The fact that decided, in a few words. */
  readonly because: string;
}

/** What can be told of a failure or an abort depends on where the stream is watched from. */
export interface CutRules<E extends Evidence> {
  /** The call, or a read of its body, failed. */
  readonly broke: (evidence: E) => Decision;
  /** @param reason of the signal, or the error that tells of it. */
  readonly aborted: (reason: unknown, evidence: E) => Decision;
}

/** Decides how a stream ended. Total: every combination of facts has exactly one verdict. */
export function decideBy<E extends Evidence>(rules: CutRules<E>, evidence: E): Verdict {
  const decision = erred(evidence) ?? refused(evidence) ?? answered(evidence) ?? cut(rules, evidence);
  const stage = decision.stage ?? stageReached(evidence.progress);
  const { initiator, because } = decideInitiator(decision.reason, decision.because, evidence);
  return {
    outcome: outcomeOf(decision.reason),
    reason: decision.reason,
    stage,
    initiator,
    initiatorEvidence: because,
    retryable: terminationReasons[decision.reason].retryable,
  };
}

function stageReached(progress: Progress): Stage {
  if (!progress.headersSeen) return 'headers';
  return progress.chunks === 0 ? 'first_chunk' : 'streaming';
}

/** The provider said in the body what went wrong. */
function erred({ answer, ending }: Evidence): Decision | undefined {
  const error = answer?.facts.error ?? (ending.kind === 'error' ? ending.told : undefined);
  return error && { reason: error.reason, because: `error in the stream: ${error.code || 'no code'}` };
}

/** The provider came to an end of its own; whatever the connection did after that does not matter. */
function answered({ answer, ending }: Evidence): Decision | undefined {
  if (answer === undefined) return undefined;
  const { facts } = answer;
  if (facts.terminalEventReceived) {
    return { reason: facts.ending ?? 'completed', stage: 'done', because: 'terminal event' };
  }
  if (facts.ending === undefined) return undefined;
  // Where no terminal event exists, a finish reason on an early chunk is not the end: then the body must not break.
  const brokeOff = ending.kind === 'error' && !isAbortError(ending.error);
  if (brokeOff && !answer.hasTerminalEvent) return undefined;
  return { reason: facts.ending, stage: 'done', because: 'finish reason' };
}

/** The answer is not a stream at all. */
function refused({ response }: Evidence): Decision | undefined {
  if (response === undefined) return undefined;
  if (!response.ok) {
    return {
      reason: response.error?.reason ?? 'server_error',
      stage: 'headers',
      because: response.error?.evidence ?? `HTTP ${response.status}`,
    };
  }
  if (response.document === undefined) return undefined;
  return {
    reason: 'not_a_stream',
    stage: 'first_chunk',
    because: `HTTP 200 with a ${response.document} document`,
  };
}

function cut<E extends Evidence>({ aborted, broke }: CutRules<E>, evidence: E): Decision {
  const { ending } = evidence;
  switch (ending.kind) {
    case 'eof':
      return endedEarly(evidence);
    case 'error':
      return isAbortError(ending.error) ? aborted(ending.error, evidence) : broke(evidence);
    case 'abort':
      return aborted(ending.reason, evidence);
    case 'cancel':
      return gaveUp(evidence) ?? { reason: 'consumer_break', because: 'the reader stopped' };
    case 'collected':
      return evidence.everPulled
        ? { reason: 'consumer_break', because: 'the reader was dropped' }
        : { reason: 'not_consumed', because: 'the body was dropped unread' };
    case 'exit':
      return { reason: 'lost', because: 'the process ended first' };
    case 'page_closed':
      return { reason: 'page_closed', because: 'pagehide' };
  }
}

function endedEarly({ answer }: Evidence): Decision {
  // A call without a stream has no end mark of its own: the end of its body is the end.
  if (answer === undefined) return { reason: 'completed', stage: 'done', because: 'end of the body' };
  if (answer.broken !== undefined) return { reason: 'malformed', because: answer.broken };
  if (answer.midFrame) return { reason: 'truncated', because: 'clean end inside a frame' };
  if (answer.malformedEvents > 0) {
    return { reason: 'malformed', because: 'frames that do not decode, and no terminal event' };
  }
  if (answer.endsWithBody && answer.events > 0) {
    return { reason: 'completed', stage: 'done', because: 'end of the body' };
  }
  // A library that parses and does not throw says by the end of its iteration that this was all.
  if (answer.isParsed) return { reason: 'completed', stage: 'done', because: 'end of the iteration' };
  if (!answer.isKnownFormat) return { reason: 'unknown', because: 'clean end of a format that nobody knows' };
  return { reason: 'truncated', because: 'clean end without finish reason or terminal event' };
}

/** A client that meets a frame it cannot decode throws and cancels at once: the bytes are the reason, not its wish. */
function gaveUp({ answer }: Evidence): Decision | undefined {
  if (answer?.broken !== undefined) return { reason: 'malformed', because: answer.broken };
  if (!answer?.lastReadMalformed) return undefined;
  return { reason: 'malformed', because: 'the reader gave up at a frame that does not decode' };
}

/** A timer of the caller: whether it counts the whole or the silence, only the silence at its end can tell. */
export function timedOut(progress: Progress): Decision {
  const because = `the caller's timer fired after ${progress.durationSeconds.toFixed(1)} s`;
  if (!progress.headersSeen) return { reason: 'headers_timeout', because };
  if (progress.chunks === 0) return { reason: 'first_chunk_timeout', because };
  if (!progress.stalled) return { reason: 'total_timeout', because };
  return {
    reason: 'idle_timeout',
    because: `${because}, ${progress.lastGapSeconds.toFixed(1)} s into a silence`,
  };
}
