import { expect, test } from 'vitest';
import { remembered } from './remembered.ts';

function counting() {
  const asked: string[] = [];
  const lengthOf = (key: string) => {
    asked.push(key);
    return key === '' ? undefined : key.length;
  };
  return { asked, lengthOf };
}

test('a result is computed once, undefined too', () => {
  const { asked, lengthOf } = counting();
  const known = remembered(lengthOf);
  expect([known('abc'), known(''), known('abc'), known('')]).toEqual([3, undefined, 3, undefined]);
  expect(asked).toEqual(['abc', '']);
});

test('what is remembered is bounded', () => {
  const { asked, lengthOf } = counting();
  const known = remembered(lengthOf, 2);
  for (const key of ['a', 'b', 'c', 'c', 'a']) known(key);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});

test('a long key is not kept', () => {
  const { asked, lengthOf } = counting();
  const known = remembered(lengthOf);
  const long = 'x'.repeat(1000);
  expect([known(long), known(long)]).toEqual([1000, 1000]);
  expect(asked).toHaveLength(2);
});
