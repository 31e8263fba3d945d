import type { BreakdownRow } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { orderReasons, shareChange } from './reason-rows.ts';

function row(key: string, streams: number, before = 0): BreakdownRow {
  const percentiles = { p50: null, p95: null, p99: null };
  return {
    key,
    streams,
    completed: 0,
    limited: 0,
    failed: 0,
    lost: 0,
    aborted: 0,
    frustrated: 0,
    unknown: 0,
    failureRate: null,
    failureRateInterval: null,
    ttftSeconds: percentiles,
    maxGapSeconds: percentiles,
    previous: { streams: before, failed: 0, failureRate: null },
  };
}

test('failures come before what is no failure, the more frequent first', () => {
  const rows = [
    row('completed', 900),
    row('client_abort', 40),
    row('reset', 5),
    row('lost', 9),
    row('truncated', 20),
    row('length', 12),
  ];
  expect(orderReasons(rows).map(({ key }) => key)).toEqual([
    'truncated',
    'reset',
    'lost',
    'length',
    'client_abort',
    'completed',
  ]);
});

test('a change of share shows when it is more than chance', () => {
  expect(shareChange(row('truncated', 52, 10), 4500, 5000).text).toBe('▲ 5.8×');
  expect(shareChange(row('truncated', 12, 9), 4500, 4500).text).toBe('');
  expect(shareChange(row('truncated', 40, 0), 4500, 4500).text).toBe('new');
  expect(shareChange(row('truncated', 40, 0), 4500, 0).text).toBe('');
});
