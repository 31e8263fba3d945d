import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteStrings, viewOf } from './byte-strings.ts';

describe('ByteStrings', () => {
  it('returns what was made from the very same bytes, however many there are', () => {
    const words = new ByteStrings((text) => ({ text }), 16);
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 140, unit: 'grapheme' })), (texts) => {
        for (const text of texts) {
          const bytes = Buffer.from(`<${text}>`);
          expect(words.get(bytes, viewOf(bytes), 1, bytes.length - 1).text).toBe(text);
        }
      }),
    );
  });

  it('makes a thing once while it is remembered', () => {
    let made = 0;
    const words = new ByteStrings(() => ++made, 16);
    const bytes = Buffer.from('model');
    for (let i = 0; i < 5; i += 1) words.get(bytes, viewOf(bytes), 0, bytes.length);
    expect(made).toBe(1);
  });
});
