import type { StreamFacts } from '@weir/schemas/attributes';
import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import type { Verdict } from './observe/verdict.ts';
import { reasonOfFinish } from './protocols/finish-reasons.ts';

/** Where the word of the GenAI conventions for a finish is not that of the reason. */
const otherWord: { readonly [R in TerminationReason]?: string } = {
  completed: 'stop',
  paused: 'pause',
  prompt_blocked: 'content_filter',
};

/** @returns undefined for a reason that is no finish. */
function finishWordOf(reason: TerminationReason): string | undefined {
  const outcome = outcomeOf(reason);
  if (outcome !== 'completed' && outcome !== 'limited') return undefined;
  return otherWord[reason] ?? reason;
}

/** The verdict as facts. `error.type` only on failure; a finish reason that was due and did not come reads `error`. */
export function verdictFacts(verdict: Verdict | undefined, raw: readonly string[] | undefined): StreamFacts {
  if (verdict === undefined)
    return { outcome: 'unknown', reason: 'unknown', stage: 'unknown', initiator: 'unknown' };
  const { outcome, reason, stage, initiator, initiatorEvidence, retryable } = verdict;
  const isFailure = outcome === 'failed' || outcome === 'lost';
  const finishReasons = (raw ?? []).map(normalised);
  const due = isFailure ? 'error' : finishReasons.length === 0 ? finishWordOf(reason) : undefined;
  if (due !== undefined) finishReasons.push(due);
  return {
    outcome,
    reason,
    stage,
    initiator,
    initiatorEvidence,
    retryable,
    ...(isFailure ? { errorType: reason } : {}),
    ...(finishReasons.length === 0 ? {} : { finishReasons }),
  };
}

function normalised(raw: string): string {
  const reason = reasonOfFinish(raw);
  return (reason === undefined ? undefined : finishWordOf(reason)) ?? 'error';
}
