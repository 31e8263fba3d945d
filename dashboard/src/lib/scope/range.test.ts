import { expect, test } from 'vitest';
import { rangeBefore, resolveRange } from './range.ts';
import { beforeWords, rangeWords } from './range-words.ts';

test('a preset ends now', () => {
  expect(resolveRange({ kind: 'relative', preset: '15m' }, 1_000_000)).toEqual({
    fromMs: 100_000,
    toMs: 1_000_000,
  });
});

test('the period before is as long and ends where this one begins', () => {
  expect(rangeBefore({ fromMs: 100, toMs: 160 })).toEqual({ fromMs: 40, toMs: 100 });
});

test('a range reads as part of a sentence', () => {
  const fromMs = Date.UTC(2026, 10, 3, 14, 5);
  expect(rangeWords({ kind: 'relative', preset: '1h' }, 'UTC')).toBe('in the last hour');
  expect(rangeWords({ kind: 'absolute', fromMs, toMs: fromMs + 3_900_000 }, 'UTC')).toBe(
    'between 14:05 and 15:10 on 3 Nov',
  );
  expect(rangeWords({ kind: 'absolute', fromMs, toMs: fromMs + 90_000_000 }, 'UTC')).toBe(
    'from 3 Nov, 14:05 to 4 Nov, 15:05',
  );
  expect(beforeWords({ kind: 'relative', preset: '7d' })).toBe('the 7 days before');
});
