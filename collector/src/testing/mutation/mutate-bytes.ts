import type { SeededRandom } from '../../query/testing/seeded-random.ts';

/** Damages a body. The input is never changed. */
export type Mutation = (body: Buffer, random: SeededRandom) => Buffer;

const between = (random: SeededRandom, least: number, most: number) => least + random.below(most - least + 1);

function spliced(body: Buffer, at: number, removed: number, put: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, at), put, body.subarray(at + removed)]);
}

function randomBytes(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

/** Neither UTF-8: over-long, a surrogate, beyond the last code point, cut short. */
const brokenText = ['c0af', 'eda080', 'f4908080', 'e282', 'ff', '80'].map((hex) => Buffer.from(hex, 'hex'));

/** Damage that knows nothing of what it damages. */
export const byteMutations: { readonly [name: string]: Mutation } = {
  flip(body, random) {
    const flipped = Buffer.from(body);
    for (let times = between(random, 1, 8); times > 0 && flipped.length > 0; times -= 1) {
      const at = random.below(flipped.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    }
    return flipped;
  },
  truncate: (body, random) => body.subarray(0, random.below(body.length + 1)),
  drop(body, random) {
    return spliced(body, random.below(body.length + 1), between(random, 1, 40), Buffer.alloc(0));
  },
  insert(body, random) {
    return spliced(body, random.below(body.length + 1), 0, randomBytes(random, between(random, 1, 40)));
  },
  overwrite(body, random) {
    const length = between(random, 1, 20);
    return spliced(body, random.below(body.length + 1), length, randomBytes(random, length));
  },
  repeat(body, random) {
    const at = random.below(body.length + 1);
    const piece = body.subarray(at, at + between(random, 1, 200));
    const times = between(random, 1, 20);
    return spliced(body, at, 0, Buffer.concat(Array.from({ length: times }, () => piece)));
  },
  swap(body, random) {
    const at = random.below(body.length + 1);
    const from = random.below(body.length + 1);
    const length = between(random, 1, 100);
    return spliced(body, at, length, body.subarray(from, from + length));
  },
  breakText(body, random) {
    const broken = brokenText[random.below(brokenText.length)] ?? Buffer.alloc(0);
    return spliced(body, random.below(body.length + 1), broken.length, broken);
  },
};
