import type { RuleInput } from '@weir/schemas/api';
import { describe, expect, it } from 'vitest';
import { checkedRule } from './rule-input.ts';

const input: RuleInput = {
  name: 'Failures',
  enabled: true,
  measure: 'failure_rate',
  filters: ['model:gpt-5'],
  threshold: 0.1,
  windowSeconds: 300,
  delaySeconds: 15,
  forSeconds: 60,
  recoveryForSeconds: 120,
  minimumStreams: 20,
  minimumFailures: 5,
  channels: [],
};

function check(changes: Partial<RuleInput>, allowPrivateWebhooks = false) {
  return checkedRule(
    { ...input, ...changes },
    { ruleId: 'rule-1', storedChannels: [], allowPrivateWebhooks },
  );
}

function messageOf(changes: Partial<RuleInput>): string {
  const checked = check(changes);
  return checked.status === 'invalid' ? checked.message : 'accepted';
}

const webhook = (url: string) => ({ channels: [{ type: 'webhook' as const, url }] });

describe('checkedRule', () => {
  it('accepts what is right', () => {
    expect(check({ recoveryThreshold: 0.1 })).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['filters', { filters: ['model'] }],
    ['filters', { filters: ['moodel:gpt-5'] }],
    ['recoveryThreshold', { recoveryThreshold: 0.2 }],
    ['name', { name: '  ' }],
    ['channels[0].url', webhook('ftp://example.com/x')],
    ['channels[0].url', webhook('mailto:a@example.com')],
    ['channels[0].url', webhook('https://example.com/***0123abcd')],
    ['channels[0].url', webhook('http://127.0.0.1:9000/x')],
    ['channels[0].url', webhook('http://[::1]/x')],
    ['channels[0].url', webhook('http://0x7f.1/x')],
    ['channels[0].url', webhook('http://169.254.169.254/latest/meta-data')],
  ])('names %s in what it says about %j', (field, changes) => {
    expect(messageOf(changes).startsWith(`${field}: `)).toBe(true);
  });

  it('lets private addresses pass where they are allowed', () => {
    expect(check(webhook('http://127.0.0.1:9000/x'), true)).toMatchObject({ status: 'ok' });
  });
});
