import { describe, expect, it } from 'vitest';
import { bound, column, joined, rendered, sql } from './sql.ts';

describe('sql', () => {
  it('gives each value a typed parameter and keeps it out of the text', () => {
    const value = "'; DROP TABLE streams; --";
    const question = sql`SELECT 1 WHERE model = ${bound('String', value)} AND chunks > ${bound('UInt32', 3)}`;
    expect(rendered(question)).toEqual({
      query: 'SELECT 1 WHERE model = {p1:String} AND chunks > {p2:UInt32}',
      query_params: { p1: value, p2: 3 },
    });
  });

  it('numbers the values of nested pieces in the order of the text', () => {
    const either = joined([sql`a = ${bound('String', 'x')}`, sql`b = ${bound('String', 'y')}`], ' OR ');
    const question = sql`SELECT ${column('ttftSeconds')} WHERE (${either}) AND c = ${bound('Int64', 1)}`;
    expect(rendered(question)).toEqual({
      query: 'SELECT ttft_seconds WHERE (a = {p1:String} OR b = {p2:String}) AND c = {p3:Int64}',
      query_params: { p1: 'x', p2: 'y', p3: 1 },
    });
  });

  it('renders a piece that is used twice as two parameters', () => {
    const piece = sql`${bound('Int64', 7)}`;
    expect(rendered(sql`${piece} + ${piece}`)).toEqual({
      query: '{p1:Int64} + {p2:Int64}',
      query_params: { p1: 7, p2: 7 },
    });
  });
});
