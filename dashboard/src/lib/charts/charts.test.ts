import type { Timeseries, TimeseriesPoint } from '@weir/schemas/api';
import { describe, expect, test } from 'vitest';
import { mergedBands } from './bands.ts';
import { bucketCountFor } from './bucket-count.ts';
import { chartTable } from './chart-table.ts';
import { createCrosshair } from './crosshair.ts';
import { niceScale } from './nice-scale.ts';
import {
  chartDomain,
  isIsolated,
  largestStack,
  largestValue,
  measureRows,
  restKey,
  seriesRows,
  withGhost,
} from './series.ts';
import { assignColours } from './series-colours.ts';
import { timeTicks } from './time-ticks.ts';

const none = { p50: null, p95: null, p99: null };

function point(streams: number, failed: number): TimeseriesPoint {
  const failureRate = streams === 0 ? null : failed / streams;
  return { streams, failed, aborted: 0, limited: 0, failureRate, ttftSeconds: none, maxGapSeconds: none };
}

const start = Date.UTC(2026, 10, 3, 14);

function timeseries(over: Partial<Timeseries> = {}): Timeseries {
  return {
    from: new Date(start + 20_000).toISOString(),
    to: new Date(start + 210_000).toISOString(),
    by: null,
    intervalSeconds: 60,
    buckets: [0, 1, 2, 3].map((index) => new Date(start + index * 60_000).toISOString()),
    series: [{ key: 'all', streams: 35, points: [point(10, 1), point(0, 0), point(20, 1), point(5, 5)] }],
    ...over,
  };
}

describe('rows of a chart', () => {
  test('a bucket without streams is a gap, not a zero', () => {
    const rows = measureRows(timeseries(), { rate: ({ failureRate }) => failureRate });
    expect(rows.map(({ values }) => values.rate)).toEqual([0.1, null, 0.05, 1]);
    expect(rows.map(({ volume }) => volume)).toEqual([10, 0, 20, 5]);
  });

  test('buckets that reach beyond the range are not whole', () => {
    const rows = measureRows(timeseries(), {});
    expect(rows.map(({ complete }) => complete)).toEqual([false, true, true, false]);
  });

  test('points are drawn in the middle, and the axis holds whole buckets', () => {
    const rows = measureRows(timeseries(), {});
    expect(rows[0]?.timeMs).toBe(start + 30_000);
    expect(chartDomain(rows)).toEqual([start, start + 240_000]);
  });

  test('the rest has a key that no value can have', () => {
    const points = [point(1, 0), point(1, 0), point(1, 0), point(1, 0)];
    const rows = seriesRows(
      timeseries({
        by: 'model',
        series: [
          { key: 'other', streams: 4, points },
          { key: 'other', isRest: true, streams: 4, points: points.map(() => point(9, 0)) },
        ],
      }),
      ({ streams }) => streams,
    );
    expect(rows[0]?.values).toEqual({ other: 1, [restKey]: 9 });
  });

  test('the period before is laid over from the end', () => {
    const rows = withGhost(measureRows(timeseries(), {}), 'before', [9, 1, 2, 3, 4]);
    expect(rows.map(({ values }) => values.before)).toEqual([1, 2, 3, 4]);
    const short = withGhost(measureRows(timeseries(), {}), 'before', [3, 4]);
    expect(short.map(({ values }) => values.before)).toEqual([null, null, 3, 4]);
  });

  test('a lonely point is known as one', () => {
    const rows = measureRows(timeseries(), { rate: ({ failureRate }) => failureRate });
    expect([0, 1, 2].map((index) => isIsolated(rows, index, 'rate'))).toEqual([true, false, false]);
  });

  test('the highest value and the highest pile', () => {
    const rows = [{ values: { a: 1, b: 5 } }, { values: { a: 4, b: null } }].map((row) => ({
      ...row,
      timeMs: 0,
      startMs: 0,
      endMs: 1,
      complete: true,
    }));
    expect(largestValue(rows, ['a', 'b'])).toBe(5);
    expect(largestStack(rows, ['a', 'b'])).toBe(6);
  });

  test('as a table there is one line a bucket', () => {
    const rows = measureRows(timeseries(), { rate: ({ failureRate }) => failureRate });
    const table = chartTable(rows, [{ key: 'rate', label: 'Failure rate', colour: 'red' }]);
    expect(table.columns).toEqual(['Time (UTC)', 'Failure rate']);
    expect(table.rows[1]).toEqual(['2026-11-03T14:01:00Z', null]);
  });
});

describe('axes', () => {
  test.each([
    [0.031, 0.01, [0, 0.02, 0.04]],
    [0, 0.01, [0, 0.005, 0.01]],
    [7, 1, [0, 2.5, 5, 7.5]],
    [100, 1, [0, 50, 100]],
  ])('up to %s', (max, floor, ticks) => {
    expect(niceScale(max, floor).ticks).toEqual(ticks);
  });

  test('always begin at zero and reach the largest value', () => {
    for (const max of [0.0007, 0.4, 1, 3.3, 19, 1234, 99_999]) {
      const { ticks, max: end } = niceScale(max, 0);
      expect(ticks[0]).toBe(0);
      expect(end).toBeGreaterThanOrEqual(max * 0.999);
      expect(ticks.length).toBeLessThanOrEqual(5);
    }
  });

  test('times are round and no more than asked for', () => {
    expect(timeTicks(start + 60_000, start + 3_660_000, 6, 'UTC').map(({ label }) => label)).toEqual([
      '14:10',
      '14:20',
      '14:30',
      '14:40',
      '14:50',
      '15:00',
    ]);
    for (const hours of [0.1, 1, 6, 24, 168, 720, 9000]) {
      const ticks = timeTicks(start, start + hours * 3_600_000, 8, 'UTC');
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(9);
    }
  });

  test('midnight is named by its day', () => {
    const labels = timeTicks(start, start + 86_400_000, 8, 'UTC').map(({ label }) => label);
    expect(labels).toContain('4 Nov');
  });
});

test('bands that overlap are drawn as one, and those outside not at all', () => {
  const bands = [
    { fromMs: 50, toMs: 70 },
    { fromMs: 10, toMs: 30 },
    { fromMs: 20, toMs: 40 },
    { fromMs: 200, toMs: 300 },
  ];
  expect(mergedBands(bands, 0, 100)).toEqual([
    { fromMs: 10, toMs: 40 },
    { fromMs: 50, toMs: 70 },
  ]);
});

test('a value keeps its hue, and values shown together differ', () => {
  const first = new Map(assignColours('model', ['a', 'b', 'c']));
  const second = assignColours('model', ['b', 'd', 'a']);
  expect(second.get('a')).toBe(first.get('a'));
  expect(new Set(['a', 'b', 'd'].map((key) => second.get(key))).size).toBe(3);
  expect(second.has(restKey)).toBe(false);
});

test('narrow pages ask for fewer buckets', () => {
  expect(bucketCountFor(390)).toBeLessThan(bucketCountFor(1440));
});

test('the crosshair tells its listeners once for each move, and nobody owns it when it is gone', () => {
  const crosshair = createCrosshair();
  let told = 0;
  crosshair.subscribe(() => {
    told += 1;
  });
  crosshair.set('rate', 5);
  crosshair.set('rate', 5);
  expect([told, crosshair.timeMs(), crosshair.owner()]).toEqual([1, 5, 'rate']);
  crosshair.set('rate', undefined);
  expect([told, crosshair.owner()]).toEqual([2, undefined]);
});
