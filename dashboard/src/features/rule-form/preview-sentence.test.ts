import type { RulePreview } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { describePreview } from './preview-sentence.ts';

const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 3) + minutes * 60_000).toISOString();

function preview(statuses: readonly string[], incidents: RulePreview['incidents'] = []): RulePreview {
  return {
    from: at(0),
    to: at(1440),
    stepSeconds: 60,
    points: statuses.map((status, index) => ({
      at: at(index),
      streams: 50,
      failed: 1,
      failureRate: status === 'no_data' ? null : 0.02,
      status,
    })),
    incidents,
  };
}

const words = (asked: RulePreview): string => describePreview(asked).replaceAll('\u00a0', ' ');

test('a rule that never had enough streams says how to help it', () => {
  expect(words(preview(['no_data', 'no_data']))).toMatch(/^In the last 24 h there were never enough streams/);
});

test('a rule that stayed silent says how near it came', () => {
  expect(words(preview(['inactive', 'inactive']))).toBe(
    'In the last 24 h it would not have fired; the highest rate was 2 %.',
  );
});

test('a rule that fired says how often and for how long', () => {
  const incidents = [
    { firedAt: at(10), resolvedAt: at(22), peakFailureRate: 0.2 },
    { firedAt: at(100), resolvedAt: at(120), peakFailureRate: 0.3 },
  ];
  expect(words(preview(['inactive', 'firing'], incidents))).toBe(
    'In the last 24 h it would have fired twice, for 32 min altogether.',
  );
  expect(words(preview(['firing'], [{ firedAt: at(1430), resolvedAt: null, peakFailureRate: 0.2 }]))).toBe(
    'In the last 24 h it would have fired once, for 10 min altogether, and would be firing now.',
  );
});

test('long stretches without a judgement are said', () => {
  expect(words(preview(['inactive', 'no_data']))).toMatch(
    /For 50 % of the time there were too few streams to judge\.$/,
  );
});
