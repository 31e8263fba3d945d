import { expect, test } from 'vitest';
import { listPageOf } from './list-page.ts';

test.each([
  ['/', '/'],
  ['/streams', '/streams'],
  ['/streams/5a5a/b1b1', '/streams'],
  ['/incidents/rule-1-3', '/incidents'],
  ['/settings/keys', '/settings/keys'],
  ['/streamside', '/'],
])('what %s is reached from is %s', (pathname, page) => {
  expect(listPageOf(pathname)).toBe(page);
});
