import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonSkeleton, LongText } from './json-skeleton.ts';

describe('a skeleton', () => {
  it('keeps short strings, booleans and null, and leaves numbers out', () => {
    expect(
      jsonSkeleton(' {"a": "x\\n\\"y\\u00e9", "b": [true, false, null, 1.5e3, "z"], "c": {}, "d": []} '),
    ).toEqual({
      a: 'x\n"yé',
      b: [true, false, null, 'z'],
      c: {},
      d: [],
    });
  });

  it('keeps the beginning, the padding and the length of long strings', () => {
    const base64 = `${'QUJD'.repeat(1000)}QQ==`;
    const { data } = jsonSkeleton(JSON.stringify({ data: base64 })) as { data: LongText };
    expect(data).toBeInstanceOf(LongText);
    expect([data.length, data.head, data.tail]).toEqual([4004, 'QUJD'.repeat(32), '==']);
  });

  it.each([
    '',
    '{',
    '{"a"',
    '{"a":}',
    '{"a":1,}',
    '[1,',
    '"abc',
    '{"a":"\\',
    '{a:1}',
    'nonsense]',
    '['.repeat(1000),
  ])('of %j is nothing, or less, but no error', (json) => {
    expect(() => jsonSkeleton(json)).not.toThrow();
  });

  it('does not let a body change what objects are', () => {
    const skeleton = jsonSkeleton('{"__proto__":{"polluted":"yes"},"constructor":"x"}');
    expect(Object.getPrototypeOf(skeleton)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('has the shape that JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(jsonSkeleton(JSON.stringify(value, null, 1))).toEqual(withoutBulk(value));
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => json.slice(0, -1)),
          fc.json().map((json) => `${json}]`),
        ),
        (text) => {
          jsonSkeleton(text);
        },
      ),
    );
  });
});

function withoutBulk(value: unknown): unknown {
  if (typeof value === 'number') return undefined;
  if (Array.isArray(value)) return value.filter((item) => typeof item !== 'number').map(withoutBulk);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutBulk(inner)]));
}
