import { expect, test } from 'vitest';
import { formatAgo, formatInterval, formatTime } from './times.ts';

const at = Date.UTC(2026, 10, 3, 14, 5, 9);

test('a time is written in the zone that was chosen', () => {
  expect(formatTime(at, 'clock', 'UTC')).toBe('14:05');
  expect(formatTime(at, 'clockSeconds', 'UTC')).toBe('14:05:09');
  expect(formatTime(at, 'dayClock', 'UTC')).toBe('3 Nov, 14:05');
  expect(formatTime(at, 'exact', 'UTC')).toBe('3 Nov 2026, 14:05:09 UTC');
});

test('midnight is 00:00, never 24:00', () => {
  expect(formatTime(Date.UTC(2026, 10, 3), 'clock', 'UTC')).toBe('00:00');
});

test('an interval names its day once, and both days when there are two', () => {
  expect(formatInterval(at, at + 3_900_000, 'UTC')).toBe('3 Nov, 14:05 – 15:10');
  expect(formatInterval(at, at + 68_100_000, 'UTC')).toBe('3 Nov, 14:05 – 4 Nov, 09:00');
  expect(formatInterval(at, at + 60_000, 'UTC')).toBe('3 Nov, 14:05:09 – 14:06:09');
});

test.each([
  [0, 'now'],
  [12, '12 s ago'],
  [89, '89 s ago'],
  [240, '4 min ago'],
  [10_800, '3 h ago'],
  [432_000, '5 d ago'],
])('%s seconds before is %s', (seconds, text) => {
  expect(formatAgo(at - seconds * 1000, at).replaceAll('\u00a0', ' ')).toBe(text);
});
