import type { Initiator, TerminationReason } from '@weir/schemas/termination';
import type { Evidence } from './verdict.ts';

/** Signs on a response that something stands between this process and the provider. */
export interface PathSigns {
  /** Header or status that only an intermediary writes, as evidence; undefined when there is none. */
  readonly intermediary: string | undefined;
}

export interface InitiatorDecision {
  readonly initiator: Initiator;
  readonly because: string;
}

/**
 * Idle timeouts that proxies, load balancers and platforms ship with, seconds. A silence of exactly such a length
 * before a cut is the mark of the intermediary, not of the provider.
 */
const knownIdleTimeouts: readonly number[] = [30, 50, 55, 60, 90, 100, 120, 180, 240, 300, 350, 600];
/** Timers fire late, never early; a network round trip and a busy loop add to it. */
const timerSlackSeconds = 1.5;
/** Below this, a wait of the reader or a lag of the loop explains no cut. */
const blockingShare = 0.5;
const blockingSeconds = 1;

/** Says who ended the stream, and by which fact. `unknown` is an answer: nothing is guessed. */
export function decideInitiator(
  reason: TerminationReason,
  because: string,
  evidence: Evidence,
): InitiatorDecision {
  const refusal = evidence.response?.ok === false ? evidence.response.error : undefined;
  if (refusal !== undefined) return { initiator: refusal.initiator, because };
  switch (reason) {
    case 'client_abort':
    case 'client_disconnect':
    case 'page_closed':
    case 'offline':
      return { initiator: 'client', because };
    case 'consumer_break':
    case 'not_consumed':
    case 'lost':
      return { initiator: ownSide(evidence), because };
    case 'headers_timeout':
    case 'first_chunk_timeout':
    case 'idle_timeout':
    case 'total_timeout':
    case 'connect_timeout':
      return { initiator: ownSide(evidence), because };
    case 'gateway_error':
      return { initiator: 'intermediary', because: evidence.response?.signs.intermediary ?? because };
    case 'reset':
    case 'truncated':
      return whoCut(because, evidence);
    case 'malformed':
      return withSigns(because, evidence);
    case 'not_a_stream':
      // Providers answer with JSON; pages are what proxies, portals and block lists answer with.
      if (evidence.response?.document === 'html') return { initiator: 'intermediary', because };
      return withSigns(because, evidence);
    case 'dns_error':
    case 'connect_error':
    case 'tls_error':
    case 'unknown':
      return { initiator: 'unknown', because };
    default:
      return { initiator: 'provider', because };
  }
}

function ownSide({ vantage }: Evidence): Initiator {
  return vantage === 'browser' ? 'client' : 'service';
}

function whoCut(because: string, evidence: Evidence): InitiatorDecision {
  if (evidence.offline) return { initiator: 'client', because: `navigator.onLine is false; ${because}` };
  const { lastGapSeconds, lastWaitSeconds, lastLoopLagSeconds } = evidence.progress;
  if (lastLoopLagSeconds >= blockingSeconds && lastLoopLagSeconds >= blockingShare * lastGapSeconds) {
    return {
      initiator: ownSide(evidence),
      because: `event loop blocked ${lastLoopLagSeconds.toFixed(1)} s; ${because}`,
    };
  }
  if (lastWaitSeconds >= blockingSeconds && lastWaitSeconds >= blockingShare * lastGapSeconds) {
    return {
      initiator: ownSide(evidence),
      because: `reader idle ${lastWaitSeconds.toFixed(1)} s; ${because}`,
    };
  }
  const timeout = knownIdleTimeouts.find(
    (seconds) => lastGapSeconds >= seconds && lastGapSeconds < seconds + timerSlackSeconds,
  );
  if (timeout !== undefined) {
    return {
      initiator: 'intermediary',
      because: `silence of ${lastGapSeconds.toFixed(1)} s (idle timeout of ${timeout} s); ${because}`,
    };
  }
  return withSigns(because, evidence);
}

function withSigns(because: string, { response }: Evidence): InitiatorDecision {
  const sign = response?.signs.intermediary;
  return sign === undefined
    ? { initiator: 'unknown', because }
    : { initiator: 'intermediary', because: `${sign}; ${because}` };
}
