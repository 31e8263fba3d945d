import type { Timeseries, TimeseriesPoint } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { restKey } from '../../lib/charts/series.ts';
import { stackReasons } from './stack-reasons.ts';

const none = { p50: null, p95: null, p99: null };

function point(streams: number): TimeseriesPoint {
  return {
    streams,
    failed: 0,
    aborted: 0,
    limited: 0,
    failureRate: null,
    ttftSeconds: none,
    maxGapSeconds: none,
  };
}

const counts: Readonly<Record<string, number>> = {
  completed: 900,
  client_abort: 60,
  truncated: 50,
  reset: 20,
  rate_limited: 15,
  overloaded: 10,
  idle_timeout: 8,
  malformed: 4,
  lost: 2,
};

const timeseries: Timeseries = {
  from: '2026-11-03T14:00:00.000Z',
  to: '2026-11-03T14:01:00.000Z',
  by: 'reason',
  intervalSeconds: 60,
  buckets: ['2026-11-03T14:00:00.000Z'],
  series: [
    ...Object.entries(counts).map(([key, streams]) => ({ key, streams, points: [point(streams)] })),
    { key: 'other', isRest: true, streams: 3, points: [point(3)] },
  ],
};

test('failures alone: five reasons and the rest of the failures', () => {
  const { series, rows } = stackReasons(timeseries, 'failed');
  expect(series.map(({ key }) => key)).toEqual([
    'truncated',
    'reset',
    'rate_limited',
    'overloaded',
    'idle_timeout',
    restKey,
  ]);
  expect(rows[0]?.values[restKey]).toBe(4 + 2);
});

test('all reasons: failures at the bottom, nothing left out', () => {
  const { series, rows } = stackReasons(timeseries, 'all');
  expect(series.map(({ key }) => key)).toEqual([
    'truncated',
    'reset',
    'rate_limited',
    'completed',
    'client_abort',
    restKey,
  ]);
  const total = Object.values(rows[0]?.values ?? {}).reduce<number>((sum, value) => sum + (value ?? 0), 0);
  expect(total).toBe(Object.values(counts).reduce((sum, count) => sum + count, 0) + 3);
});

test('without failures there is nothing to stack', () => {
  expect(stackReasons({ ...timeseries, series: timeseries.series.slice(0, 2) }, 'failed').series).toEqual([]);
});
