import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sequenceLength } from './utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true });

/** The same question to the runtime's decoder. */
function decodedLength(bytes: Uint8Array): number {
  for (const length of [2, 3, 4]) {
    try {
      const text = strict.decode(bytes.subarray(0, length));
      if (length <= bytes.length && [...text].length === 1) return length;
    } catch {
      // Not a whole character.
    }
  }
  return 0;
}

const beyondAscii = fc.integer({ min: 0x80, max: 0xff });
const continuation = fc.integer({ min: 0x70, max: 0xc4 });

test('agrees with the decoder of the runtime on every lead, at the bounds of every second byte', () => {
  const seconds = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
  const disagreements: Uint8Array[] = [];
  for (let lead = 0x80; lead <= 0xff; lead += 1) {
    for (const second of seconds) {
      for (const rest of [[], [0x80], [0x80, 0xbf], [0x41, 0x80]]) {
        const bytes = Uint8Array.of(lead, second, ...rest);
        if (sequenceLength(bytes, 0) !== decodedLength(bytes)) disagreements.push(bytes);
      }
    }
  }
  expect(disagreements).toEqual([]);
});

test('agrees with the decoder of the runtime on any four bytes', () => {
  fc.assert(
    fc.property(beyondAscii, continuation, continuation, continuation, (...four) => {
      const bytes = Uint8Array.from(four);
      expect(sequenceLength(bytes, 0)).toBe(decodedLength(bytes));
    }),
    { numRuns: 500 },
  );
});
