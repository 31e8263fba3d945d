import type { Incident } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { describeIncidents } from './incidents-sentence.ts';

const now = Date.UTC(2026, 10, 20);

function incident(daysAgo: number, status: Incident['status']): Incident {
  const startedAt = new Date(now - daysAgo * 86_400_000).toISOString();
  return {
    id: String(daysAgo),
    ruleId: 'r',
    ruleName: 'All streams',
    status,
    startedAt,
    firedAt: startedAt,
    resolvedAt: status === 'firing' ? null : startedAt,
    filters: [],
    threshold: 0.05,
    windowSeconds: 300,
    failureRate: 0.1,
    peakFailureRate: 0.2,
    streams: 100,
    failed: 10,
    summary: '',
    suspects: [],
    deliveries: [],
  };
}

const words = (incidents: readonly Incident[]): string =>
  describeIncidents(incidents, now).replaceAll('\u00a0', ' ');

test('nothing fires', () => {
  expect(words([])).toBe('Nothing is firing; none in the last 7 days.');
  expect(words([incident(2, 'resolved'), incident(9, 'resolved')])).toBe(
    'Nothing is firing; 1 in the last 7 days.',
  );
});

test('some fire', () => {
  expect(words([incident(0.5, 'firing')])).toBe(
    '1 incident is firing, the longest for 12 h; 1 in the last 7 days.',
  );
  expect(words([incident(0.25, 'firing'), incident(2, 'firing')])).toBe(
    '2 incidents are firing, the longest for 2 d; 2 in the last 7 days.',
  );
});
