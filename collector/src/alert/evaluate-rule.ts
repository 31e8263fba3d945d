import type { RuleInput } from '@weir/schemas/api';
import { judgeFailureRate } from './detectors/failure-rate-threshold.ts';
import { type Judgement, step, type Transition } from './rule-machine.ts';
import type { RuleProgress, WindowFigures } from './rule-state.ts';
import { type FailureCount, windowFigures } from './sliding-window.ts';

export interface JudgedTransition {
  readonly transition: Transition;
  /** Of the window that brought it about. */
  readonly figures: WindowFigures;
}

export interface Evaluation {
  readonly progress: RuleProgress;
  readonly transitions: readonly JudgedTransition[];
  /** The state of the rule after each instant. */
  readonly track: readonly RuleProgress[];
}

/**
 * Runs a rule over instants: the one path that live evaluation, the replay after downtime and the preview share.
 *
 * @param instants ascending, later than `before.evaluatedAt`
 * @param counts of the `countedRange` of these instants
 */
export function evaluateRule(
  rule: RuleInput,
  before: RuleProgress,
  instants: readonly number[],
  counts: readonly FailureCount[],
): Evaluation {
  const transitions: JudgedTransition[] = [];
  const track: RuleProgress[] = [];
  let progress = before;
  const figures = windowFigures(rule, instants, counts);
  for (const judgement of judge(rule, instants, figures)) {
    const result = step(rule, progress, judgement);
    progress = result.progress;
    track.push(progress);
    if (result.transition !== null)
      transitions.push({ transition: result.transition, figures: judgement.figures });
  }
  return { progress, transitions, track };
}

/** Chooses the detector of the rule's measure. */
function judge(rule: RuleInput, instants: readonly number[], figures: readonly WindowFigures[]): Judgement[] {
  switch (rule.measure) {
    case 'failure_rate':
      return figures.map((window, index) => judgeFailureRate(rule, instants[index] ?? 0, window));
  }
}
