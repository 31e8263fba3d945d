import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxFilters } from './filter.ts';
import {
  formatQueryString,
  parseQueryString,
  readScopeSearch,
  scopeOf,
  searchOfFilters,
  searchOfRange,
} from './search-params.ts';

describe('the query string', () => {
  test('keeps filters readable', () => {
    expect(formatQueryString({ range: '24h', filter: ['model:gpt-5', '!network:wifi'] })).toBe(
      '?range=24h&filter=model:gpt-5&filter=!network:wifi',
    );
  });

  test('leaves out what is not set, and itself when nothing is', () => {
    expect(formatQueryString({ range: undefined, q: 'a b' })).toBe('?q=a%20b');
    expect(formatQueryString({ filter: [] })).toBe('');
  });

  test('comes back as it was written, whatever the values', () => {
    const values = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.array(fc.string(), { minLength: 2, maxLength: 4 }),
    );
    fc.assert(
      fc.property(values, (query) => {
        expect(parseQueryString(formatQueryString(query))).toEqual({ ...query });
      }),
    );
  });
});

describe('what the address bar says', () => {
  test('nothing means the last hour, live, unfiltered', () => {
    expect(scopeOf(readScopeSearch({}))).toEqual({
      range: { kind: 'relative', preset: '1h' },
      filters: [],
      live: true,
    });
  });

  test('an absolute range wins over a preset and is never live', () => {
    const search = readScopeSearch({ range: '24h', from: '2026-11-03T10:00:00Z', to: '1793707200000' });
    expect(scopeOf(search)).toEqual({
      range: { kind: 'absolute', fromMs: Date.UTC(2026, 10, 3, 10), toMs: 1_793_707_200_000 },
      filters: [],
      live: false,
    });
  });

  test.each([
    ['an unknown preset', { range: '99y' }],
    ['a range that ends before it begins', { from: '2026-11-03', to: '2026-11-02' }],
    ['half a range', { from: '2026-11-03' }],
    ['a time that is none', { from: 'yesterday', to: 'today' }],
    ['filters without a dimension', { filter: [':gpt-5', 'model', '!'] }],
    ['a repeated range', { range: ['1h', '24h'] }],
    ['the project that is meant without saying so', { project: 'default' }],
    ['a project that cannot be one', { project: 'No Such' }],
    ['two projects', { project: ['shop', 'chat'] }],
  ])('%s is dropped', (_, values) => {
    expect(readScopeSearch(values)).toEqual({});
  });

  test('a project is part of it', () => {
    expect(readScopeSearch({ project: 'shop' })).toEqual({ project: 'shop' });
  });

  test('one filter and many read alike', () => {
    expect(readScopeSearch({ filter: 'model:a' }).filter).toEqual(['model:a']);
    expect(readScopeSearch({ filter: ['model:a', '!model:b'] }).filter).toEqual(['model:a', '!model:b']);
  });

  test('no more filters are taken than the collector takes', () => {
    const filter = Array.from({ length: maxFilters + 5 }, (_, index) => `model:m${index}`);
    expect(readScopeSearch({ filter }).filter).toHaveLength(maxFilters);
  });

  test('never throws, whatever somebody typed', () => {
    fc.assert(fc.property(fc.string(), (text) => void scopeOf(readScopeSearch(parseQueryString(text)))));
  });
});

describe('links', () => {
  test('a range names all its keys, so that the ones it must not keep go away', () => {
    expect(searchOfRange({ kind: 'relative', preset: '1h' })).toEqual({
      range: undefined,
      from: undefined,
      to: undefined,
    });
    expect(searchOfRange({ kind: 'relative', preset: '7d' }).range).toBe('7d');
    expect(searchOfRange({ kind: 'absolute', fromMs: 0, toMs: 1000 })).toEqual({
      range: undefined,
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-01T00:00:01.000Z',
    });
  });

  test('a scope survives the way into the address bar and back', () => {
    const scope = {
      range: { kind: 'absolute', fromMs: 1000, toMs: 9000 },
      filters: [
        { dimension: 'model', value: 'a:b/c d', exclude: false },
        { dimension: 'dimension.plan', value: 'é', exclude: true },
      ],
      live: false,
    } as const;
    const text = formatQueryString({ ...searchOfRange(scope.range), ...searchOfFilters(scope.filters) });
    expect(scopeOf(readScopeSearch(parseQueryString(text)))).toEqual(scope);
  });
});
