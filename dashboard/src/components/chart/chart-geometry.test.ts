import { expect, test } from 'vitest';
import type { ChartRow } from '../../lib/charts/series.ts';
import { spreadLabels } from './spread-labels.ts';
import { bucketsBetween } from './use-range-drag.ts';

const rows = [0, 1, 2, 3].map(
  (index): ChartRow => ({
    timeMs: index * 60_000 + 30_000,
    startMs: index * 60_000,
    endMs: (index + 1) * 60_000,
    complete: true,
    values: {},
  }),
);

test('a pulled-out range takes whole buckets, in either direction', () => {
  expect(bucketsBetween(rows, 0.3, 0.6)).toEqual({ fromMs: 60_000, toMs: 180_000 });
  expect(bucketsBetween(rows, 0.6, 0.3)).toEqual({ fromMs: 60_000, toMs: 180_000 });
  expect(bucketsBetween(rows, -1, 2)).toEqual({ fromMs: 0, toMs: 240_000 });
  expect(bucketsBetween([], 0, 1)).toBeUndefined();
});

test('labels that would overlap are moved apart, and stay on the chart', () => {
  const label = (text: string, y: number) => ({ text, colour: 'red', y });
  expect(
    spreadLabels([label('p50', 100), label('p95', 98), label('p99', 20)], 104).map(({ text, y }) => [
      text,
      y,
    ]),
  ).toEqual([
    ['p99', 20],
    ['p95', 92],
    ['p50', 104],
  ]);
});
