import type { Rule, RuleStatus } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { describeRules } from './rules-sentence.ts';

function rule(status: RuleStatus, told: boolean): Pick<Rule, 'state' | 'channels' | 'enabled'> {
  return {
    enabled: status !== 'disabled',
    channels: told ? [{ type: 'slack', url: 'https://hooks.slack.com/***1' }] : [],
    state: {
      status,
      since: '',
      evaluatedAt: null,
      failureRate: null,
      streams: 0,
      failed: 0,
      detail: null,
      incidentId: null,
    },
  };
}

test('the state of the rules, and the ones that help nobody', () => {
  expect(describeRules([])).toBe('No alert rule watches your streams.');
  expect(describeRules([rule('inactive', true)])).toBe('One rule watches your streams: none is firing.');
  expect(describeRules([rule('firing', true), rule('error', true), rule('inactive', false)])).toBe(
    '3 rules watch your streams: 1 is firing, 1 cannot be evaluated, 1 tells nobody.',
  );
  expect(describeRules([rule('disabled', false)])).toBe('One rule watches your streams: none is firing.');
});
