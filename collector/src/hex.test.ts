import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeHex } from './hex.ts';

it('writes the bytes that the digits stand for, of either case, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.boolean(), (bytes, isUpper) => {
      const hex = Buffer.from(bytes).toString('hex');
      const out = new Uint8Array(bytes.length + 2).fill(7);
      writeHex(out, 1, isUpper ? hex.toUpperCase() : hex, bytes.length);
      expect([...out]).toEqual([7, ...bytes, 7]);
    }),
  );
});

it('takes what is no digit for 0', () => {
  const out = new Uint8Array(3);
  writeHex(out, 0, 'g1é2', 3);
  expect([...out]).toEqual([0x01, 0x02, 0x00]);
});
