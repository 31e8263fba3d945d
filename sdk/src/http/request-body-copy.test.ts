import { expect, test } from 'vitest';
import { RequestBodyCopy } from './request-body-copy.ts';

const copyOf = (...writes: readonly (readonly [unknown, unknown?])[]) => {
  const copy = new RequestBodyCopy();
  for (const [chunk, encoding] of writes) copy.add(chunk, encoding);
  return copy;
};

test('a body written at once is the caller’s own', () => {
  const bytes = new TextEncoder().encode('{"model":"m"}');
  expect(copyOf([bytes]).take()).toBe(bytes);
  expect(copyOf(['{"model":"m"}', () => undefined]).take()).toBe('{"model":"m"}');
});

test('one that is written in pieces is put together, whatever the pieces are', () => {
  const pieces = copyOf(['{"model":'], [Buffer.from('"é')], ['bXQ=', 'base64'], [undefined], ['"}', 'utf-8']);
  expect(Buffer.from(pieces.take() ?? '').toString()).toBe('{"model":"émt"}');
});

test('an upload is let go of as soon as it is too large', () => {
  const copy = copyOf(...Array.from({ length: 17 }, () => [Buffer.alloc(1 << 20)] as const), ['more']);
  expect(copy.take()).toBeUndefined();
});

test('it is given once, and nothing is kept', () => {
  const copy = copyOf(['a']);
  copy.take();
  copy.add('b', undefined);
  expect(copy.take()).toBeUndefined();
});
