import type { Judgement, Verdict } from '../rule-machine.ts';
import type { WindowFigures } from '../rule-state.ts';

export interface FailureRateThreshold {
  /** A breach is above it. */
  readonly threshold: number;
  /** Clear is at or below it; `RECOVERY_SHARE` of the threshold when absent. */
  readonly recoveryThreshold?: number;
  /** With fewer streams than this a rate is noise. */
  readonly minimumStreams: number;
  /** With fewer failures a high rate is still no breach. */
  readonly minimumFailures: number;
}

/** Where recovery begins unless the rule says otherwise, as a share of the threshold. */
export const RECOVERY_SHARE = 0.8;

/** Judges the failure rate of one window. */
export function judgeFailureRate(rule: FailureRateThreshold, at: number, figures: WindowFigures): Judgement {
  return { at, verdict: verdictOf(rule, figures), figures };
}

function verdictOf(rule: FailureRateThreshold, { streams, failed, failureRate }: WindowFigures): Verdict {
  if (failureRate === null || streams < rule.minimumStreams) return 'no_data';
  if (failureRate > rule.threshold && failed >= rule.minimumFailures) return 'breach';
  return failureRate <= (rule.recoveryThreshold ?? rule.threshold * RECOVERY_SHARE) ? 'clear' : 'between';
}
