import { describe, expect, it } from 'vitest';
import { dueInstants } from './evaluation-grid.ts';

const grid = { everySeconds: 10, longestGapSeconds: 60 };
const AT = Date.UTC(2026, 10, 20, 2, 0, 0);

describe('dueInstants', () => {
  it('judges the newest instant of the grid when there is no earlier one', () => {
    expect(dueInstants(grid, null, AT + 3_456)).toEqual({ status: 'due', instants: [AT] });
  });

  it('judges each instant once, however often it is asked', () => {
    expect(dueInstants(grid, AT, AT + 9_999)).toEqual({ status: 'wait' });
    expect(dueInstants(grid, AT, AT + 10_000)).toEqual({ status: 'due', instants: [AT + 10_000] });
  });

  it('makes up for every missed instant in order', () => {
    const instants = [AT + 10_000, AT + 20_000, AT + 30_000];
    expect(dueInstants(grid, AT, AT + 31_000)).toEqual({ status: 'due', instants });
  });

  it('finds the grid again when the interval was changed', () => {
    expect(dueInstants({ ...grid, everySeconds: 15 }, AT + 10_000, AT + 31_000)).toEqual({
      status: 'due',
      instants: [AT + 15_000, AT + 30_000],
    });
  });

  it('does not make up for more than the longest gap', () => {
    expect(dueInstants(grid, AT, AT + 60_000)).toMatchObject({ status: 'due' });
    expect(dueInstants(grid, AT, AT + 70_000)).toEqual({ status: 'resume', at: AT + 70_000 });
  });

  it('waits for a clock that is a little behind, and goes on with one that was set back', () => {
    expect(dueInstants(grid, AT, AT - 60_000)).toEqual({ status: 'wait' });
    expect(dueInstants(grid, AT, AT - 60_001)).toEqual({ status: 'resume', at: AT - 70_000 });
  });
});
