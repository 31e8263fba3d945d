import type { RuleInput, RuleStatus } from '@weir/schemas/api';
import { formatExactCount, formatRate, formatSpan } from './format/numbers.ts';

/** What a rule does, in words. */

type RuleCondition = Pick<
  RuleInput,
  | 'threshold'
  | 'windowSeconds'
  | 'forSeconds'
  | 'minimumStreams'
  | 'minimumFailures'
  | 'recoveryThreshold'
  | 'recoveryForSeconds'
>;

/** @returns `above 4 % over 5 min, for 1 min`. */
export function conditionWords({ threshold, windowSeconds, forSeconds }: RuleCondition): string {
  const held = forSeconds > 0 ? `, for ${formatSpan(forSeconds)}` : '';
  return `above ${formatRate(threshold)} over ${formatSpan(windowSeconds)}${held}`;
}

/** The part of the threshold at which a rule recovers unless it says otherwise; the collector uses the same. */
export const defaultRecoveryShare = 0.8;

export function recoveryThresholdOf({ threshold, recoveryThreshold }: RuleCondition): number {
  return recoveryThreshold ?? threshold * defaultRecoveryShare;
}

/** @returns when it fires and when it recovers, in full sentences. */
export function ruleSentences(rule: RuleCondition): string {
  const limit = formatRate(rule.threshold);
  const held =
    rule.forSeconds > 0 ? `stays above ${limit} for ${formatSpan(rule.forSeconds)}` : `exceeds ${limit}`;
  const calm = rule.recoveryForSeconds > 0 ? ` for ${formatSpan(rule.recoveryForSeconds)}` : '';
  return (
    `Looks at the streams of the last ${formatSpan(rule.windowSeconds)}. Fires when the failure rate ${held}, ` +
    `with at least ${formatExactCount(rule.minimumStreams)} streams and ` +
    `${formatExactCount(rule.minimumFailures)} failures. Recovers at ${formatRate(recoveryThresholdOf(rule))} or below${calm}.`
  );
}

export const ruleStatusNames: Readonly<Record<RuleStatus, string>> = {
  inactive: 'OK',
  pending: 'Pending',
  firing: 'Firing',
  recovering: 'Recovering',
  no_data: 'Too little data',
  error: 'Error',
  disabled: 'Disabled',
};

export const ruleStatusMeanings: Readonly<Record<RuleStatus, string>> = {
  inactive: 'The failure rate is within the limit.',
  pending: 'The rate is above the limit, not yet for long enough to fire.',
  firing: 'The rate is above the limit: an incident is open.',
  recovering: 'The rate is back below, not yet for long enough to resolve.',
  no_data: 'Fewer streams than the minimum: the rule does not judge.',
  error: 'The rule could not be evaluated.',
  disabled: 'The rule is switched off.',
};
