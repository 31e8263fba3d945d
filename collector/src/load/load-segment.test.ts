import { describe, expect, it } from 'vitest';
import type { InsertResult, SegmentInsert } from './insert-streams.ts';
import { loadSegment, type SegmentToLoad } from './load-segment.ts';

const monday = '2026-03-02';
const tuesday = '2026-03-03';
const none = Buffer.alloc(0);
const records = [{ payloadHash: none, spanKeys: none, block: none, rows: 5 }];
const rowsByDay = new Map([
  [monday, 2],
  [tuesday, 3],
]);

/** ClickHouse with one table, which remembers tokens by day as the real one does. */
function fakeClickHouse(known: { tokens?: string[]; stored?: ReadonlyMap<string, number> } = {}) {
  const tokens = new Set(known.tokens);
  const stored = new Map(known.stored);
  const inserts: string[] = [];
  const answers: InsertResult[] = [];
  return {
    stored,
    inserts,
    /** Answers of the next inserts, which do nothing. */
    answers,
    insert: async ({ token, withoutDays = [] }: SegmentInsert): Promise<InsertResult> => {
      inserts.push(token);
      const answer = answers.shift();
      if (answer !== undefined) return answer;
      for (const [day, rows] of rowsByDay) {
        if (withoutDays.includes(day) || tokens.has(`${day} ${token}`)) continue;
        tokens.add(`${day} ${token}`);
        stored.set(day, (stored.get(day) ?? 0) + rows);
      }
      return { status: 'stored' };
    },
    countStoredRows: async () => new Map(stored),
  };
}

function load(clickhouse: ReturnType<typeof fakeClickHouse>, earlier: SegmentToLoad['earlier']) {
  return loadSegment({ segment: 's', records, earlier }, clickhouse);
}

describe('a segment', () => {
  it('is inserted under its name, and not asked for again when that was the first time', async () => {
    const clickhouse = fakeClickHouse();
    expect(await load(clickhouse, 'none')).toEqual({ status: 'loaded' });
    expect(clickhouse.inserts).toEqual(['s']);
    expect(clickhouse.stored).toEqual(rowsByDay);
  });

  it('counts once when ClickHouse had it, in whole or in part', async () => {
    for (const days of [[], [monday], [monday, tuesday]]) {
      const tokens = days.map((day) => `${day} s`);
      const stored = new Map(days.map((day) => [day, rowsByDay.get(day) ?? 0]));
      const clickhouse = fakeClickHouse({ tokens, stored });
      expect(await load(clickhouse, 'maybe')).toEqual({ status: 'loaded' });
      expect(clickhouse.inserts).toEqual(['s']);
      expect(clickhouse.stored).toEqual(rowsByDay);
    }
  });

  it('comes under another token when ClickHouse was killed between a token and its rows', async () => {
    const whole = fakeClickHouse({ tokens: [`${monday} s`, `${tuesday} s`] });
    expect(await load(whole, 'maybe')).toEqual({ status: 'loaded' });
    expect(whole.stored).toEqual(rowsByDay);
    const oneDay = fakeClickHouse({
      tokens: [`${monday} s`, `${tuesday} s`, `${tuesday} s/1`],
      stored: new Map([[monday, 2]]),
    });
    expect(await load(oneDay, 'maybe')).toEqual({ status: 'loaded' });
    expect(oneDay.inserts).toEqual(['s', 's/1', 's/2']);
    expect(oneDay.stored).toEqual(rowsByDay);
  });

  it('is not inserted again after a power cut that took the tokens and left the rows', async () => {
    const whole = fakeClickHouse({ stored: rowsByDay });
    expect(await load(whole, 'power_cut')).toEqual({ status: 'loaded' });
    expect(whole.inserts).toEqual([]);
    const part = fakeClickHouse({ stored: new Map([[tuesday, 3]]) });
    expect(await load(part, 'power_cut')).toEqual({ status: 'loaded' });
    expect(part.stored).toEqual(rowsByDay);
  });

  it('is told apart: taken later, or never', async () => {
    const clickhouse = fakeClickHouse();
    clickhouse.answers.push(
      { status: 'unavailable', reason: 'gone' },
      { status: 'refused', reason: 'TYPE_MISMATCH' },
    );
    expect(await load(clickhouse, 'none')).toEqual({ status: 'unavailable', reason: 'gone' });
    expect(await load(clickhouse, 'maybe')).toEqual({ status: 'refused', reason: 'TYPE_MISMATCH' });
  });

  it('is not given up for loaded while its rows cannot be counted', async () => {
    const countStoredRows = () => Promise.reject(new Error('socket hang up'));
    const clickhouse = { ...fakeClickHouse(), countStoredRows };
    expect(await load(clickhouse, 'maybe')).toEqual({ status: 'unavailable', reason: 'socket hang up' });
  });

  it('without rows is nothing to load', async () => {
    const clickhouse = fakeClickHouse();
    expect(await loadSegment({ segment: 's', records: [], earlier: 'none' }, clickhouse)).toEqual({
      status: 'loaded',
    });
    expect(clickhouse.inserts).toEqual([]);
  });
});
