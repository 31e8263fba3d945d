import { describe, expect, it } from 'vitest';
import { type AttributeValue, readerOf, toFlag, toList } from './attribute-value.ts';
import { textLengthOf } from './limits.ts';

function read(...[field, kind, value]: [...Parameters<typeof readerOf>, AttributeValue]) {
  const altered = new Map();
  return { value: readerOf(field, kind)(value, altered), altered: [...altered.keys()] };
}

describe('what a field makes of an attribute', () => {
  it.each([
    ['a number as text', 'model', 'dimension', 42, '42'],
    ['one word in a list as text', 'model', 'dimension', ['gpt-5'], 'gpt-5'],
    ['several words as no text', 'model', 'dimension', ['a', 'b'], undefined],
    ['a fraction of a count as the whole', 'chunks', 'count', 3.9, 3],
    ['zero weight as no weight', 'sampleWeight', 'weight', 0, undefined],
    ['a word alone as a list', 'finishReasons', 'texts', 'stop', ['stop']],
    ['a list in JSON as a list', 'finishReasons', 'texts', '["stop","length"]', ['stop', 'length']],
    ['broken JSON as the word it is', 'finishReasons', 'texts', '[stop', ['[stop']],
    ['an empty list as an empty list', 'finishReasons', 'texts', [], []],
    ['a list with one wrong entry as none', 'recentChunkSizes', 'counts', [1, 'x'], undefined],
  ] as const)('%s', (_what, field, kind, value, expected) => {
    expect(read(field, kind, value).value).toEqual(expected);
  });

  it('cuts lists to their limit and counts that', () => {
    const sizes = Array.from({ length: 300 }, (_, i) => i);
    const { value, altered } = read('recentChunkSizes', 'counts', sizes);
    expect(value).toHaveLength(256);
    expect(altered).toEqual(['list_cut']);
  });

  it('gives messages more room than ids', () => {
    expect(textLengthOf('statusMessage')).toBeGreaterThan(textLengthOf('responseId'));
  });

  it('reads Python booleans', () => {
    expect([toFlag('True'), toFlag('False'), toFlag('yes'), toFlag(1)]).toEqual([
      true,
      false,
      undefined,
      undefined,
    ]);
  });

  it('leaves a list that holds no text in its JSON alone', () => {
    expect(toList('[1,2]')).toEqual([]);
  });
});
