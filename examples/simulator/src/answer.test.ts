import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callOf, prose } from './answer.ts';
import { seededRandom } from './random.ts';

const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('prose', () => {
  it('has the chunks asked for unless the token limit comes first, for every seed', () => {
    const limits = fc.record({
      chunks: fc.integer({ min: 0, max: 80 }),
      tokensPerChunk: fc.integer({ min: 1, max: 12 }),
      maxTokens: fc.integer({ min: 0, max: 200 }),
    });
    fc.assert(
      fc.property(seed, limits, (from, asked) => {
        const { pieces, tokens } = prose(seededRandom(from), asked);
        expect(tokens).toBeLessThanOrEqual(asked.maxTokens);
        if (tokens < asked.maxTokens) expect(pieces).toHaveLength(asked.chunks);
        expect(pieces).not.toContain('');
      }),
    );
  });

  it('never splits a character between chunks', () => {
    const whole = (piece: string) => Buffer.from(piece).toString() === piece;
    fc.assert(
      fc.property(seed, (from) => {
        const asked = { chunks: 60, tokensPerChunk: 1, maxTokens: 60 };
        return prose(seededRandom(from), asked).pieces.every(whole);
      }),
    );
  });

  it('holds text beyond ASCII, so that readers meet multi-byte characters', () => {
    const { pieces } = prose(seededRandom(1), { chunks: 400, tokensPerChunk: 1, maxTokens: 400 });
    expect(pieces.join('')).toMatch(/\p{Script=Han}/u);
    expect(pieces.join('')).toMatch(/\p{Extended_Pictographic}/u);
  });
});

describe('callOf', () => {
  it('gives arguments of the types in the schema', () => {
    const parameters = {
      type: 'object',
      properties: {
        unit: { type: 'string', enum: ['metre', 'foot'] },
        days: { type: 'integer' },
        share: { type: 'number' },
        exact: { type: 'boolean' },
        sites: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
      },
    };
    fc.assert(
      fc.property(seed, (from) => {
        const call = callOf({ name: 'measure', parameters }, 'call_', seededRandom(from));
        const args = JSON.parse(call.pieces.join(''));
        expect(['metre', 'foot']).toContain(args.unit);
        expect(Number.isInteger(args.days)).toBe(true);
        expect(args).toMatchObject({ share: expect.any(Number), exact: expect.any(Boolean) });
        expect(args.sites).toEqual([{ name: expect.any(String) }]);
      }),
    );
  });

  it('ends on a schema that nests without end', () => {
    const endless: Record<string, unknown> = { type: 'object' };
    endless.properties = { inner: endless };
    const call = callOf({ name: 'deep', parameters: endless }, 'call_', seededRandom(1));
    expect(JSON.parse(call.pieces.join(''))).toHaveProperty('inner.inner');
  });
});
