import type { BreakdownRow } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { barScale, rankRows } from './ranking.ts';

const percentiles = { p50: null, p95: null, p99: null };

function row(
  key: string,
  streams: number,
  failed: number,
  low: number,
  high: number,
  before: [number, number] = [0, 0],
): BreakdownRow {
  return {
    key,
    streams,
    completed: streams - failed,
    limited: 0,
    failed,
    lost: 0,
    aborted: 0,
    frustrated: 0,
    unknown: 0,
    failureRate: failed / streams,
    failureRateInterval: { low, high },
    ttftSeconds: percentiles,
    maxGapSeconds: percentiles,
    previous: {
      streams: before[0],
      failed: before[1],
      failureRate: before[0] === 0 ? null : before[1] / before[0],
    },
  };
}

const sure = row('sure', 4000, 240, 0.053, 0.068, [4000, 60]);
const wild = row('wild', 30, 3, 0.035, 0.26);
const thin = row('thin', 7, 4, 0.25, 0.84);
const calm = row('calm', 9000, 45, 0.004, 0.007, [9000, 180]);

test('what surely fails comes first, what has too few streams last', () => {
  expect(rankRows([thin, wild, calm, sure]).map(({ row: { key } }) => key)).toEqual([
    'sure',
    'wild',
    'calm',
    'thin',
  ]);
});

test('few streams are marked, not hidden', () => {
  expect(rankRows([thin, sure]).map(({ thin: isThin }) => isThin)).toEqual([false, true]);
});

test('a change shows when it is more than chance', () => {
  const [first, second, third] = rankRows([sure, wild, calm]);
  expect([first?.change, first?.direction]).toEqual(['▲ 4×', 'worse']);
  expect([second?.change, second?.direction]).toEqual(['', 'none']);
  expect([third?.change.replace('\u00a0', ' '), third?.direction]).toEqual(['▼ 75 %', 'better']);
});

test('the axis ends at the longest whisker worth judging', () => {
  expect(barScale(rankRows([sure, thin]))).toBe(0.068);
  expect(barScale(rankRows([thin]))).toBe(0.01);
});
