import type { Rule } from '@weir/schemas/api';
import { describe, expect, test } from 'vitest';
import { ruleInputOf } from '../../lib/api/rule-mutations.ts';
import { checkDraft, draftOf, newDraft, recoveryPlaceholder } from './rule-draft.ts';

const valid = { ...newDraft(['model:gpt-5']), name: 'PDFs' };

describe('a draft', () => {
  test('starts with what the page is filtered to, and needs only a name', () => {
    expect(newDraft(['model:gpt-5']).filters).toEqual(['model:gpt-5']);
    expect(checkDraft(newDraft([]))).toMatchObject({
      status: 'invalid',
      problems: { name: expect.any(String) },
    });
    expect(checkDraft(valid).status).toBe('valid');
  });

  test('becomes rates of 0 to 1, without a recovery rate when none was written', () => {
    const checked = checkDraft({ ...valid, thresholdPercent: '2,5' });
    expect(checked).toMatchObject({ status: 'valid', input: { threshold: 0.025, measure: 'failure_rate' } });
    expect(checked.status === 'valid' && 'recoveryThreshold' in checked.input).toBe(false);
  });

  test.each([
    ['threshold', { thresholdPercent: '' }],
    ['threshold', { thresholdPercent: '0' }],
    ['threshold', { thresholdPercent: '101' }],
    ['threshold', { thresholdPercent: 'five' }],
    ['recovery', { thresholdPercent: '5', recoveryPercent: '6' }],
    ['recovery', { recoveryPercent: '-1' }],
    ['minimumStreams', { minimumStreams: '0' }],
    ['minimumStreams', { minimumStreams: '2.5' }],
    ['minimumFailures', { minimumFailures: '' }],
    ['channels', { channels: [{ key: 'a', type: 'slack', url: 'hooks.slack.com/x' }] }],
    ['channels', { channels: [{ key: 'a', type: 'webhook', url: 'file:///etc/passwd' }] }],
  ] as const)('names the field %s', (field, over) => {
    const checked = checkDraft({ ...valid, ...over });
    expect(checked.status === 'invalid' ? Object.keys(checked.problems) : []).toEqual([field]);
  });

  test('shows what recovery is when it is left empty', () => {
    expect(recoveryPlaceholder('5')).toBe('4');
    expect(recoveryPlaceholder('0.3')).toBe('0.24');
    expect(recoveryPlaceholder('x')).toBe('');
  });
});

test('a stored rule that is saved untouched stays as it was', () => {
  const rule: Rule = {
    id: 'r1',
    createdAt: '',
    updatedAt: '',
    name: 'All streams',
    enabled: false,
    measure: 'failure_rate',
    filters: ['!network:wifi'],
    threshold: 0.07,
    recoveryThreshold: 0.033,
    windowSeconds: 420,
    delaySeconds: 7,
    forSeconds: 90,
    recoveryForSeconds: 0,
    minimumStreams: 50,
    minimumFailures: 3,
    channels: [{ type: 'slack', url: 'https://hooks.slack.com/***1f3a5b7c' }],
    state: {
      status: 'disabled',
      since: '',
      evaluatedAt: null,
      failureRate: null,
      streams: 0,
      failed: 0,
      detail: null,
      incidentId: null,
    },
  };
  expect(checkDraft(draftOf(rule))).toEqual({ status: 'valid', input: ruleInputOf(rule) });
});
