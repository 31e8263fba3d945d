import { describe, expect, it } from 'vitest';
import { DAY_MS, planDeletions, type StoredRows } from './plan-deletions.ts';

const nowMs = Date.UTC(2026, 5, 1);
const days: Readonly<Record<string, { rawDays: number; rollupDays: number }>> = {
  short: { rawDays: 7, rollupDays: 30 },
};
const daysOf = (project: string) => days[project] ?? { rawDays: 30, rollupDays: 400 };

function rows(project: string, ageDays: number, more: Partial<StoredRows> = {}): StoredRows {
  const newestMs = nowMs - ageDays * DAY_MS;
  const partitionId = `day-${Math.floor(ageDays)}`;
  return { table: 'streams', kind: 'raw', partitionId, project, rows: 10, newestMs, ...more };
}

describe('planDeletions', () => {
  it('keeps what has not expired, to the millisecond', () => {
    expect(planDeletions([rows('short', 7), rows('other', 30)], daysOf, nowMs)).toEqual([]);
    expect(planDeletions([rows('short', 7 + 1 / DAY_MS)], daysOf, nowMs)).toHaveLength(1);
  });

  it('drops a partition of which everything has expired', () => {
    expect(planDeletions([rows('short', 31.5), rows('other', 31.5)], daysOf, nowMs)).toEqual([
      { status: 'partition', table: 'streams', partitionId: 'day-31', rows: 20 },
    ]);
  });

  it('takes only its expired projects from a partition that others still need', () => {
    expect(planDeletions([rows('short', 8.5), rows('other', 8.5)], daysOf, nowMs)).toEqual([
      { status: 'projects', table: 'streams', partitionId: 'day-8', projects: ['short'], rows: 10 },
    ]);
  });

  it('keeps rollups by days of their own', () => {
    const rollup = { table: 'rollups', kind: 'rollup' } as const;
    expect(planDeletions([rows('short', 8.5, rollup)], daysOf, nowMs)).toEqual([]);
    expect(planDeletions([rows('short', 31, rollup)], daysOf, nowMs)).toHaveLength(1);
  });

  it('tells the partitions of different tables apart', () => {
    const rollup = { table: 'rollups', kind: 'rollup', partitionId: 'day-31' } as const;
    expect(planDeletions([rows('other', 31.5), rows('other', 31.5, rollup)], daysOf, nowMs)).toEqual([
      { status: 'partition', table: 'streams', partitionId: 'day-31', rows: 10 },
    ]);
  });
});
