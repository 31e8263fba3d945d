import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const hexadecimal = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });

describe('cursor', () => {
  it('comes back as it was, and is safe in a URL', () => {
    fc.assert(
      fc.property(fc.nat(4e12), hexadecimal(32), hexadecimal(16), (endedAtMs, traceId, spanId) => {
        const cursor = encodeCursor({ endedAtMs, traceId, spanId });
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor)).toEqual({ endedAtMs, traceId, spanId });
      }),
    );
  });

  it('is refused unless it was given out', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeCursor(text)).toBeUndefined();
      }),
    );
    const forged = Buffer.from(`1.${'0'.repeat(32)}.${'0'.repeat(16)}) OR 1=1 --`).toString('base64url');
    expect(decodeCursor(forged)).toBeUndefined();
  });
});
