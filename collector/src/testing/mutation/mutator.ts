import { type SeededRandom, seededRandom } from '../../query/testing/seeded-random.ts';
import type { OtlpEncoding } from '../../receive/otlp-encoding.ts';
import { byteMutations, type Mutation } from './mutate-bytes.ts';
import { jsonMutations } from './mutate-json.ts';
import { protobufMutations } from './mutate-protobuf.ts';

/** A request body and how it is written. */
export interface Sample {
  readonly encoding: OtlpEncoding;
  readonly body: Buffer;
}

export interface Mutant extends Sample {
  /** What was done to it, to find it again by. */
  readonly mutations: readonly string[];
}

const mutations: { readonly [E in OtlpEncoding]: readonly (readonly [string, Mutation])[] } = {
  protobuf: [...Object.entries(byteMutations), ...Object.entries(protobufMutations)],
  json: [...Object.entries(byteMutations), ...Object.entries(jsonMutations)],
};

/** A mutant may not outgrow this; what the limits are for is tried on purpose elsewhere. */
const MAX_BYTES = 256 << 10;

/** @returns an endless series of damaged bodies, the same for the same seed and samples */
export function createMutator(seed: number, samples: readonly Sample[]): () => Mutant {
  const random = seededRandom(seed);
  return () => {
    const sample = samples[random.below(samples.length)];
    if (sample === undefined) throw new Error('there is nothing to mutate');
    return mutantOf(sample, random);
  };
}

function mutantOf({ encoding, body }: Sample, random: SeededRandom): Mutant {
  const names: string[] = [];
  let mutated = body;
  // Mostly one: a second fault usually hides behind the first.
  for (let times = random.chance(0.7) ? 1 : 2 + random.below(4); times > 0; times -= 1) {
    const kinds = mutations[encoding];
    const [name, mutate] = kinds[random.below(kinds.length)] ?? ['none', (bytes: Buffer) => bytes];
    names.push(name);
    mutated = mutate(mutated, random).subarray(0, MAX_BYTES);
  }
  // Now and then what it says of itself is wrong.
  const said = random.chance(0.02) ? (encoding === 'json' ? 'protobuf' : 'json') : encoding;
  return { encoding: said, body: mutated, mutations: names };
}
