import { abortKind } from '../observe/ending.ts';
import { type CutRules, decideBy, type Evidence, timedOut, type Verdict } from '../observe/verdict.ts';

/** Errors of a browser carry no codes, and its clients announce no timers. */
const rules: CutRules<Evidence> = {
  broke({ answer, offline, progress }) {
    if (offline && !progress.headersSeen) {
      return { reason: 'offline', stage: 'connect', because: 'navigator.onLine is false' };
    }
    if (!progress.headersSeen) {
      return { reason: 'connect_error', stage: 'connect', because: 'the call failed without a code' };
    }
    if (answer?.broken !== undefined) return { reason: 'malformed', because: answer.broken };
    return { reason: 'reset', because: 'the read failed without a code' };
  },
  aborted: (reason, { progress }) =>
    abortKind(reason) === 'timer'
      ? timedOut(progress)
      : { reason: 'client_abort', because: 'the signal of the call fired' },
};

/** Decides how a stream ended that a page watched. */
export function decidePageOutcome(evidence: Evidence): Verdict {
  return decideBy(rules, evidence);
}
