import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filtersCondition, parseFilters } from './filter.ts';
import { rendered } from './sql.ts';

function parsed(...texts: string[]) {
  const result = parseFilters(texts);
  if (result.status === 'invalid') throw new Error(result.message);
  return result.filters.map(({ dimension, values, excludes }) => ({
    name: dimension.name,
    values,
    excludes,
  }));
}

function refusal(...texts: string[]): string {
  const result = parseFilters(texts);
  return result.status === 'invalid' ? `${result.code}: ${result.message}` : 'accepted';
}

describe('parseFilters', () => {
  it('collects values of one dimension as alternatives, and exclusions apart', () => {
    expect(parsed('model:a', '!model:c', 'network:wifi', 'model:b', 'model:a')).toEqual([
      { name: 'model', values: ['a', 'b'], excludes: false },
      { name: 'model', values: ['c'], excludes: true },
      { name: 'network', values: ['wifi'], excludes: false },
    ]);
  });

  it('splits at the first colon, so values may hold more of them', () => {
    expect(parsed('model:ft:gpt-5:acme')).toMatchObject([{ values: ['ft:gpt-5:acme'] }]);
  });

  it('takes custom dimensions by name', () => {
    expect(parsed('dimension.team:search')).toMatchObject([{ name: 'dimension.team', values: ['search'] }]);
  });

  it('names the dimension that it does not know, and those that it does', () => {
    expect(refusal('modle:x')).toMatch(
      /^unknown-dimension: There is no dimension "modle"\. Use one of model, /,
    );
  });

  it.each(['model', 'model:', ':x', '', '!', '!model', 'dimension.:x'])('refuses %j', (text) => {
    expect(refusal(text)).toMatch(/^(invalid-filter|unknown-dimension): /);
  });

  it('refuses values that a dimension cannot have', () => {
    expect(refusal('proxy:yes')).toContain('use true, false or unknown');
    expect(refusal('httpStatus:4xx')).toContain('use a whole number or unknown');
    expect(refusal('trace:abc')).toContain('32 hexadecimal digits');
  });

  it('refuses more filters, and longer ones, than it answers for', () => {
    expect(refusal(...Array.from({ length: 33 }, (_, index) => `model:${index}`))).toContain('at most 32');
    expect(refusal(`model:${'x'.repeat(1_000)}`)).toContain('too long');
  });

  it('puts no part of any filter into the text of the question', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(part, part, (name, value) => {
        const result = parseFilters([`dimension.${name.replaceAll(':', '')}x:${value}`]);
        if (result.status === 'invalid') throw new Error(result.message);
        const { query } = rendered(filtersCondition(result.filters));
        expect(query).toBe('(custom_dimensions[{p1:String}] IN ({p2:String}))');
      }),
    );
  });
});
