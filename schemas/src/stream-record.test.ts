import { describe, expect, it } from 'vitest';
import { attributeMeanings } from './attribute-meanings.ts';
import { attributes, resourceAttributes } from './attributes.ts';
import { columnName, dimensions, streamColumns, streamFields } from './stream-record.ts';

describe('the stream record', () => {
  it('has a column for every attribute', () => {
    const fields = new Set<string>(streamColumns.map((column) => column.field));
    const missing = [...Object.keys(attributes), ...Object.keys(resourceAttributes)].filter(
      (n) => !fields.has(n),
    );
    expect(missing).toEqual([]);
  });

  it('names every column once, in snake case', () => {
    const names = streamColumns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
    expect(columnName('gapP95Seconds')).toBe('gap_p95_seconds');
  });

  it('groups only by fields that exist', () => {
    expect(Object.values(dimensions).filter((field) => !(field in streamFields))).toEqual([]);
  });
});

describe('attributes', () => {
  it('have one key each', () => {
    const keys = [...Object.values(attributes), ...Object.values(resourceAttributes)].map((a) => a.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('extend no namespace of the conventions with names of our own', () => {
    const standard = /^(gen_ai|error|server|http|network|geo|user_agent|browser|session|user)\./;
    const foreign = Object.values(attributes).filter(
      (a) => !standard.test(a.key) && !a.key.startsWith('weir.'),
    );
    expect(foreign).toEqual([]);
  });

  it('each have a meaning of one sentence', () => {
    const loose = Object.entries(attributeMeanings).filter(([, meaning]) => !/[.…]$/.test(meaning));
    expect(loose).toEqual([]);
  });
});
