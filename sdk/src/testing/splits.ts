import fc from 'fast-check';

/** @param sizes sizes of the reads, used again and again until the body is at its end. */
export function split(body: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < body.length; i += 1) {
    const size = Math.max(1, sizes[i % sizes.length] ?? body.length);
    parts.push(body.slice(at, at + size));
    at += size;
  }
  return parts;
}

/** Sizes of reads: single bytes, a few, and whole frames. */
export const readSizes: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 40 }), fc.integer({ min: 41, max: 5000 })),
  { minLength: 1, maxLength: 40 },
);
