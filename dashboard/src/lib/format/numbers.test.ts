import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatRate,
  formatRatio,
  formatSeconds,
  formatSpan,
  withoutZeros,
} from './numbers.ts';

/** No-break spaces as plain ones, to keep the expectations readable. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('formatRate', () => {
  test.each([
    [null, '–'],
    [0, '0 %'],
    [0.00001, '< 0.01 %'],
    [0.0001, '0.01 %'],
    [0.0004, '0.04 %'],
    [0.0042, '0.42 %'],
    [0.00996, '1 %'],
    [0.031, '3.1 %'],
    [0.1244, '12.4 %'],
    [0.5, '50 %'],
    [0.9994, '99.9 %'],
    [0.9996, '100 %'],
    [1, '100 %'],
  ])('writes %s as %s', (rate, text) => {
    expect(plain(formatRate(rate))).toBe(text);
  });
});

describe('formatCount', () => {
  test.each([
    [null, '–'],
    [0, '0'],
    [7, '7'],
    [999, '999'],
    [999.6, '1.00 k'],
    [1240, '1.24 k'],
    [12_400, '12.4 k'],
    [124_000, '124 k'],
    [999_600, '1.00 M'],
    [1_240_000, '1.24 M'],
    [3_600_000_000, '3.60 G'],
  ])('writes %s as %s', (count, text) => {
    expect(plain(formatCount(count))).toBe(text);
  });
});

describe('formatSeconds', () => {
  test.each([
    [null, '–'],
    [0, '0 ms'],
    [0.00002, '0 ms'],
    [0.0004, '0.4 ms'],
    [0.0099, '9.9 ms'],
    [0.01, '10 ms'],
    [0.85, '850 ms'],
    [0.9996, '1.00 s'],
    [1.24, '1.24 s'],
    [61.2, '61.2 s'],
    [119.9, '120 s'],
    [252, '4 m 12 s'],
    [240, '4 m'],
    [7500, '2 h 5 m'],
    [273_600, '3 d 4 h'],
  ])('writes %s as %s', (seconds, text) => {
    expect(plain(formatSeconds(seconds))).toBe(text);
  });
});

describe('formatSpan', () => {
  test.each([
    [15, '15 s'],
    [60, '1 min'],
    [75, '75 s'],
    [300, '5 min'],
    [3600, '1 h'],
    [3780, '1 h 3 min'],
    [86_400, '24 h'],
    [604_800, '7 d'],
  ])('writes %s as %s', (seconds, text) => {
    expect(plain(formatSpan(seconds))).toBe(text);
  });
});

test('no number has more than three significant digits', () => {
  for (let exponent = -3; exponent < 9; exponent += 1) {
    for (const mantissa of [1.2345, 2.5, 9.994, 9.996, 9.9999]) {
      const value = mantissa * 10 ** exponent;
      const texts = [formatCount(Math.round(value)), formatBytes(value), formatRate(Math.min(1, value))];
      for (const text of texts) {
        const digits = text
          .replace(/[^0-9.]/g, '')
          .replace(/^0\.0*/, '')
          .replace('.', '');
        expect(digits.length, `${value} as ${text}`).toBeLessThanOrEqual(3);
      }
    }
  }
});

test('an axis has no needless decimals and a plain zero', () => {
  expect(withoutZeros(0, formatSeconds)).toBe('0');
  expect(plain(withoutZeros(2.5, formatSeconds))).toBe('2.5 s');
  expect(plain(withoutZeros(5, formatSeconds))).toBe('5 s');
  expect(plain(withoutZeros(100, formatCount))).toBe('100');
  expect(plain(withoutZeros(10_000, formatCount))).toBe('10 k');
});

test('a ratio keeps one decimal below ten', () => {
  expect([1, 1.94, 2.44, 9.94, 9.96, 123].map(formatRatio)).toEqual([
    '1×',
    '1.9×',
    '2.4×',
    '9.9×',
    '10×',
    '123×',
  ]);
});
