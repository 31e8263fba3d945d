import { describe, expect, it } from 'vitest';
import { compareSlots, type RolledSlot, runsOf, type StoredSlot } from './slots.ts';

const HOUR_MS = 3_600_000;
const takenAtMs = Date.parse('2026-03-02T12:30:00Z');
const options = { settleMs: 60_000, storedDays: 30 };

function stored(hoursAgo: number, rows = 10, project = 'default'): StoredSlot {
  const slotMs = Date.parse('2026-03-02T12:00:00Z') - hoursAgo * HOUR_MS;
  return { project, levelSeconds: 3_600, slotMs, rows, checksum: `of ${rows}` };
}

function rolled(of: StoredSlot, generation: number): RolledSlot {
  return { ...of, generation };
}

function compare(storedSlots: StoredSlot[], rolledSlots: RolledSlot[]) {
  return compareSlots({ stored: storedSlots, rolled: rolledSlots, takenAtMs }, options);
}

const generation = (compared: ReturnType<typeof compare>, { project, levelSeconds, slotMs }: StoredSlot) =>
  compared.generationOf(project, levelSeconds, slotMs);

describe('comparing slots', () => {
  it('covers a slot that was made of the streams that are there', () => {
    const compared = compare([stored(2)], [rolled(stored(2), 5)]);
    expect(generation(compared, stored(2))).toBe(5);
    expect(compared.due).toEqual([]);
  });

  it.each([
    ['a late stream', stored(2, 11)],
    ['a deleted stream', stored(2, 9)],
    ['one stream instead of another', { ...stored(2), checksum: 'another' }],
    ['a stream whose id adds nothing to the checksum', { ...stored(2), rows: 11 }],
  ])('does not cover a slot after %s, and has it made again', (_, now) => {
    const compared = compare([now], [rolled(stored(2), 5)]);
    expect(generation(compared, now)).toBeUndefined();
    expect(compared.due).toEqual([{ ...now, isNew: false }]);
  });

  it('has slots made when they have settled, newest first', () => {
    const compared = compare([stored(0), stored(3), stored(1)], []);
    expect(compared.due).toEqual([
      { ...stored(1), isNew: true },
      { ...stored(3), isNew: true },
    ]);
  });

  it('takes the newest generation, and names those that it replaces', () => {
    const compared = compare([stored(2)], [rolled(stored(2), 9), rolled(stored(2, 4), 5)]);
    expect(generation(compared, stored(2))).toBe(9);
    expect(compared.superseded).toEqual([5]);
  });

  it('knows slots without streams', () => {
    expect(generation(compare([stored(2)], []), stored(3))).toBe('empty');
  });

  it('does not make a slot again while retention deletes it, at the age of its project', () => {
    const slots = [stored(6.5 * 24, 4, 'brief'), stored(6.5 * 24, 4), stored(24, 4, 'brief')];
    const before = slots.map((slot) => rolled({ ...slot, rows: 10, checksum: 'of 10' }, 5));
    const compared = compareSlots(
      { stored: slots, rolled: before, takenAtMs },
      { ...options, storedDaysOf: (project) => (project === 'brief' ? 7 : 30) },
    );
    expect(compared.due.map(({ project, slotMs }) => [project, slotMs])).toEqual([
      ['brief', slots[2]?.slotMs],
      ['default', slots[1]?.slotMs],
    ]);
    expect(slots.map((slot) => generation(compared, slot))).toEqual([5, undefined, undefined]);
  });

  it('keeps what outlives its streams', () => {
    const expired = compare([], [rolled(stored(40 * 24), 5)]);
    expect(generation(expired, stored(40 * 24))).toBe(5);
    const expiring = compare([stored(29.5 * 24, 3)], [rolled(stored(29.5 * 24), 5)]);
    expect(generation(expiring, stored(29.5 * 24))).toBe(5);
    expect(expiring.due).toEqual([]);
  });

  it('keeps projects apart', () => {
    const compared = compare([stored(2), stored(2, 10, 'b')], [rolled(stored(2), 5)]);
    expect(generation(compared, stored(2))).toBe(5);
    expect(generation(compared, stored(2, 10, 'b'))).toBeUndefined();
  });

  it('leaves small five-minute slots to streams', () => {
    const fine = { ...stored(2), levelSeconds: 300 };
    const compared = compare([fine, { ...fine, rows: 200_000, slotMs: fine.slotMs + 300_000 }], []);
    expect(compared.due.map(({ rows }) => rows)).toEqual([200_000]);
  });
});

describe('runs of slots', () => {
  const due = (slots: StoredSlot[]) => slots.map((slot) => ({ ...slot, isNew: true }));
  const hoursOf = (runs: ReturnType<typeof runsOf>) => runs.map((run) => run.map(({ slotMs }) => slotMs));

  it('are neighbours, in the order of time', () => {
    const runs = runsOf(due([stored(1), stored(2), stored(4), stored(5, 10, 'b')]));
    expect(hoursOf(runs)).toEqual([
      [stored(2).slotMs, stored(1).slotMs],
      [stored(4).slotMs],
      [stored(5).slotMs],
    ]);
  });

  it('hold a bounded number of streams', () => {
    const runs = runsOf(due([stored(1, 300_000), stored(2, 200_000), stored(3, 1), stored(4, 700_000)]));
    expect(runs.map((run) => run.length)).toEqual([2, 1, 1]);
  });
});
