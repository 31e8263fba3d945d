import { describe, expect, it } from 'vitest';
import { decodeMutants, recordedSamples } from './decode-mutants.ts';
import { createMutator } from './mutator.ts';

// The long form is `npm run test:chaos -- --mutations 1000000`.
it('damaged bodies are read or refused, and leave nothing in memory', () => {
  const { read, undecodable, streams, growthBytes } = decodeMutants({ bodies: 20_000, seed: 20_261_121 });
  // Both kinds in number: neither is everything refused at the first byte, nor is anything taken for a request.
  expect(read).toBeGreaterThan(4_000);
  expect(undecodable).toBeGreaterThan(4_000);
  expect(streams).toBeGreaterThan(2_000);
  expect(growthBytes).toBeLessThan(16 << 20);
}, 120_000);

describe('the mutator', () => {
  const { samples } = recordedSamples();
  const series = (seed: number) => {
    const next = createMutator(seed, samples);
    return Array.from({ length: 2_000 }, next);
  };

  it('gives the same series for the same seed, and another for another', () => {
    expect(series(1)).toEqual(series(1));
    expect(series(2)).not.toEqual(series(1));
  });

  it('does every kind of damage, and hardly ever none', () => {
    const mutants = series(3);
    expect(new Set(mutants.flatMap(({ mutations }) => mutations)).size).toBeGreaterThan(20);
    const originals = new Set(samples.map(({ body }) => body.toString('base64')));
    const untouched = mutants.filter(({ body }) => originals.has(body.toString('base64')));
    expect(untouched.length).toBeLessThan(mutants.length / 10);
  });

  it('leaves the samples as they are', () => {
    const before = samples.map(({ body }) => body.toString('base64'));
    series(4);
    expect(samples.map(({ body }) => body.toString('base64'))).toEqual(before);
  });
});
