import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentChunks } from './recent-chunks.ts';

/** Microseconds from one read to the next, and bytes. */
const reads = fc.array(fc.record({ gap: fc.nat(5_000_000), bytes: fc.nat(100_000) }), { maxLength: 200 });

test('the last 64 reads are told as they were, to the microsecond', () => {
  fc.assert(
    fc.property(reads, (added) => {
      const recent = new RecentChunks();
      let at = 0;
      const expected = added.map(({ gap, bytes }) => {
        at += gap;
        recent.add(at / 1000, bytes);
        return { at, bytes };
      });
      const { offsetsMs, sizes } = recent.list();
      const last = expected.slice(-64);
      expect(offsetsMs).toEqual(last.map((read) => read.at / 1000));
      expect(sizes).toEqual(last.map((read) => read.bytes));
    }),
  );
});

test('no read is told to have come before the call', () => {
  const recent = new RecentChunks();
  for (const microseconds of [0, 1, 2_413_223]) recent.add(microseconds / 1000, 0);
  expect(recent.list().offsetsMs).toEqual([0, 0.001, 2413.223]);
});

test('a gap of hours does not move what came after it', () => {
  const recent = new RecentChunks();
  for (const ms of [1, 2, 9_000_000, 9_000_001]) recent.add(ms, 10);
  expect(recent.list().offsetsMs.slice(2)).toEqual([9_000_000, 9_000_001]);
});
