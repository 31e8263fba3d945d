import { describe, expect, it } from 'vitest';
import { parseScope, previousScope } from './scope.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');

function range(query: { from?: string; to?: string }) {
  const parsed = parseScope(query, { nowMs });
  if (parsed.status === 'invalid') return `${parsed.code}: ${parsed.message}`;
  const { fromMs, toMs } = parsed.scope;
  return `${new Date(fromMs).toISOString()} ${new Date(toMs).toISOString()}`;
}

describe('parseScope', () => {
  it('means the last hour by default', () => {
    expect(range({})).toBe('2026-03-01T11:00:00.000Z 2026-03-01T12:00:00.000Z');
  });

  it('means the hour before `to` when only that is given', () => {
    expect(range({ to: '2026-02-01T00:00:00Z' })).toBe('2026-01-31T23:00:00.000Z 2026-02-01T00:00:00.000Z');
  });

  it.each([
    ['2026-02-28T23:00:00Z', '2026-02-28T23:00:00.000Z'],
    ['2026-02-28T23:00:00.5+01:00', '2026-02-28T22:00:00.500Z'],
    ['2026-02-28T23:00', '2026-02-28T23:00:00.000Z'],
    ['2026-02-28', '2026-02-28T00:00:00.000Z'],
    ['1772319600000', '2026-02-28T23:00:00.000Z'],
  ])('reads %s', (from, expected) => {
    expect(range({ from })).toBe(`${expected} 2026-03-01T12:00:00.000Z`);
  });

  it.each(['yesterday', '', '2026-02-30x', '2026-13-01', '-5', '1e3', '0', '1772319600', 'NaN'])(
    'refuses %j and says what is allowed',
    (from) => {
      expect(range({ from })).toMatch(/^invalid-range: The parameter from is ".*"; use ISO 8601/);
    },
  );

  it('refuses a range that ends before it begins, or is empty', () => {
    expect(range({ from: '2026-03-01T12:00:00Z' })).toMatch(
      /^invalid-range: The range ends before it begins/,
    );
    expect(range({ from: '2027-01-01' })).toMatch(/^invalid-range: The range ends before it begins/);
  });

  it('takes one filter as well as several', () => {
    const one = parseScope({ filter: 'model:a' }, { nowMs });
    const several = parseScope({ filter: ['model:a', 'network:wifi'] }, { nowMs });
    expect(one).toMatchObject({ scope: { filters: [{ values: ['a'] }] } });
    expect(several).toMatchObject({ scope: { filters: [{ values: ['a'] }, { values: ['wifi'] }] } });
  });
});

describe('previousScope', () => {
  it('is as long, and ends where the scope begins', () => {
    const scope = { project: 'default', fromMs: 1_000, toMs: 1_300, filters: [] };
    expect(previousScope(scope)).toEqual({ ...scope, fromMs: 700, toMs: 1_000 });
  });
});
