import { describe, expect, it } from 'vitest';
import { createAccess } from './access.ts';

describe('who may send', () => {
  it('is everybody when there is no key', () => {
    expect(createAccess({}).maySend(undefined)).toBe(true);
  });

  it.each([
    [undefined, false],
    ['', false],
    ['Bearer', false],
    ['Bearer wrong', false],
    ['Basic correct-horse', false],
    ['Bearer correct-horse battery', false],
    ['Bearer correct-horse', true],
    ['bearer  correct-horse', true],
  ])('is whoever sends the key: %s -> %s', (authorization, expected) => {
    expect(createAccess({ ingestKey: 'correct-horse' }).maySend(authorization)).toBe(expected);
  });
});
