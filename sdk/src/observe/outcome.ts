import type { TerminationReason } from '@weir/schemas/termination';
import { abortKind } from './ending.ts';
import { type NetworkErrorFacts, reasonBeforeHeaders } from './network-error.ts';
import type { Progress } from './stream-meter.ts';
import { StreamTimeoutError } from './timeout-error.ts';
import { type CutRules, type Decision, decideBy, type Evidence, timedOut, type Verdict } from './verdict.ts';

export type { AnswerEvidence, ResponseEvidence, Verdict } from './verdict.ts';

/** What a process knows: its runtime names the error, and client libraries announce their timers. */
export interface ServiceEvidence extends Evidence {
  /** What the error says by its codes that a call or a read ended with. */
  readonly networkError: NetworkErrorFacts | undefined;
  /** A timer of the client library for the response headers that was due when the call was aborted, seconds. */
  readonly headersTimerSeconds: number | undefined;
}

const rules: CutRules<ServiceEvidence> = { broke, aborted };

/** Decides how a stream ended that a process watched. */
export function decideOutcome(evidence: ServiceEvidence): Verdict {
  return decideBy(rules, evidence);
}

function broke(evidence: ServiceEvidence): Decision {
  const { code = '', kind } = evidence.networkError ?? {};
  if (!evidence.progress.headersSeen) {
    const reason = reasonBeforeHeaders(kind, evidence.offline);
    const sent = kind === 'reset' || kind === 'headers_timeout' || kind === 'undecodable';
    const because = evidence.offline ? 'navigator.onLine is false' : code || 'the call failed without a code';
    return { reason, stage: sent ? 'headers' : 'connect', because };
  }
  const because = code || 'the read failed without a code';
  if (kind === 'undecodable' || kind === 'tls') return { reason: 'malformed', because };
  if (kind === 'body_timeout' || kind === 'headers_timeout')
    return { reason: silenceTimeout(evidence), because };
  if (evidence.answer?.broken !== undefined) return { reason: 'malformed', because: evidence.answer.broken };
  return { reason: 'reset', because };
}

function aborted(reason: unknown, evidence: ServiceEvidence): Decision {
  const { progress, headersTimerSeconds } = evidence;
  if (reason instanceof StreamTimeoutError) return timedOutByPolicy(reason, progress);
  if (abortKind(reason) === 'timer') return timedOut(progress);
  if (!progress.headersSeen && headersTimerSeconds !== undefined) {
    return { reason: 'headers_timeout', because: `the client library's timer of ${headersTimerSeconds} s` };
  }
  return { reason: 'client_abort', because: 'the signal of the call fired' };
}

/** A timer of a resilience policy, which says what it was for. */
function timedOutByPolicy({ code, seconds }: StreamTimeoutError, { headersSeen }: Progress): Decision {
  const reason = code === 'first_chunk_timeout' && !headersSeen ? 'headers_timeout' : code;
  return { reason, because: `${code} of the retry policy: ${seconds} s` };
}

function silenceTimeout({ progress }: Evidence): TerminationReason {
  return progress.chunks === 0 ? 'first_chunk_timeout' : 'idle_timeout';
}
