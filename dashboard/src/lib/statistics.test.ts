import { expect, test } from 'vitest';
import { changeOf } from './statistics.ts';

test('a difference that may be chance is none', () => {
  expect(changeOf({ failed: 12, judged: 400 }, { failed: 9, judged: 400 })).toBe('same');
  expect(changeOf({ failed: 60, judged: 400 }, { failed: 9, judged: 400 })).toBe('up');
  expect(changeOf({ failed: 9, judged: 400 }, { failed: 60, judged: 400 })).toBe('down');
});

test('few streams say nothing, on either side', () => {
  expect(changeOf({ failed: 7, judged: 7 }, { failed: 0, judged: 4000 })).toBe('unclear');
  expect(changeOf({ failed: 700, judged: 700 }, { failed: 0, judged: 4 })).toBe('unclear');
});

test('no failure on either side is no change', () => {
  expect(changeOf({ failed: 0, judged: 400 }, { failed: 0, judged: 400 })).toBe('same');
});
