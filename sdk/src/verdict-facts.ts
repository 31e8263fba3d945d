import type { StreamFacts } from '@weir/schemas/attributes';
import type { TerminationReason } from '@weir/schemas/termination';
import type { Verdict } from './observe/verdict.ts';
import { reasonOfFinish } from './protocols/finish-reasons.ts';

/** Finish reasons in the words of the GenAI conventions. */
const finishWord: { readonly [R in TerminationReason]?: string } = {
  completed: 'stop',
  tool_call: 'tool_call',
  paused: 'pause',
  length: 'length',
  content_filter: 'content_filter',
  prompt_blocked: 'content_filter',
  refusal: 'refusal',
};

/** The verdict as facts. `error.type` only on failure; a finish reason that was due and did not come reads `error`. */
export function verdictFacts(verdict: Verdict | undefined, raw: readonly string[] | undefined): StreamFacts {
  if (verdict === undefined)
    return { outcome: 'unknown', reason: 'unknown', stage: 'unknown', initiator: 'unknown' };
  const { outcome, reason, stage, initiator, initiatorEvidence, retryable } = verdict;
  const isFailure = outcome === 'failed' || outcome === 'lost';
  const finishReasons = (raw ?? []).map(normalised);
  if (isFailure) finishReasons.push('error');
  else if (finishReasons.length === 0 && finishWord[reason] !== undefined)
    finishReasons.push(finishWord[reason]);
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
  return (reason === undefined ? undefined : finishWord[reason]) ?? 'error';
}
