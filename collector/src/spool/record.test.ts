import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecords, recordParts, SPAN_KEY_BYTES, type SpoolRecord, seedOf } from './record.ts';

const seed = seedOf('1-a.segment');

const bytes = (length: fc.ArrayConstraints = {}) => fc.uint8Array(length).map((array) => Buffer.from(array));

const record: fc.Arbitrary<SpoolRecord> = fc
  .tuple(bytes({ minLength: 16, maxLength: 16 }), fc.nat(4), bytes({ maxLength: 60 }))
  .chain(([payloadHash, rows, block]) =>
    bytes({ minLength: rows * SPAN_KEY_BYTES, maxLength: rows * SPAN_KEY_BYTES }).map((spanKeys) => ({
      payloadHash,
      rows,
      spanKeys,
      block,
    })),
  );
const records = fc.array(record, { minLength: 1, maxLength: 6 });

/** The file of these records, and where each begins. */
function fileOf(all: readonly SpoolRecord[]): { file: Buffer; starts: number[] } {
  const parts = all.map((one) => encoded(one, seed));
  let end = 0;
  const starts = parts.map(({ length }) => {
    end += length;
    return end - length;
  });
  return { file: Buffer.concat(parts), starts };
}

describe('a file of records', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(records, (all) => {
        expect(decodeRecords(fileOf(all).file, seed)).toEqual({ records: all, tornBytes: 0, damaged: [] });
      }),
    );
  });

  it('that was cut off anywhere keeps every record before the cut, and calls the rest torn', () => {
    fc.assert(
      fc.property(records, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const { file, starts } = fileOf(all);
        const length = Math.floor(share * file.length);
        const whole = all.filter((_, i) => (starts[i + 1] ?? file.length) <= length);
        const tornBytes = length - (starts[whole.length] ?? file.length);
        expect(decodeRecords(file.subarray(0, length), seed)).toEqual({
          records: whole,
          tornBytes: Math.max(0, tornBytes),
          damaged: [],
        });
      }),
    );
  });

  it('that was changed anywhere keeps every other record, and calls the changed one damaged', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, position, change) => {
        const { file, starts } = fileOf(all);
        const at = position % file.length;
        file[at] = (file[at] ?? 0) ^ change;
        const index = starts.findLastIndex((start) => start <= at);
        const contents = decodeRecords(file, seed);
        expect(contents.records).toEqual(all.toSpliced(index, 1));
        expect(contents.tornBytes).toBe(0);
        expect(Buffer.concat([...contents.damaged])).toEqual(file.subarray(starts[index], starts[index + 1]));
      }),
    );
  });

  it('loses no byte unseen, whatever is in it', () => {
    fc.assert(
      fc.property(records, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }), (all, changes) => {
        const { file } = fileOf(all);
        for (const [at, value] of changes) file[at % file.length] = value;
        const { records: found, tornBytes, damaged } = decodeRecords(file, seed);
        const foundBytes = found.reduce((sum, one) => sum + encoded(one, seed).length, 0);
        expect(foundBytes + tornBytes + Buffer.concat([...damaged]).length).toBe(file.length);
      }),
    );
  });

  it('takes no record of another file for one of its own', () => {
    fc.assert(
      fc.property(record, (one) => {
        const other = encoded(one, seedOf('2-b.segment'));
        expect(decodeRecords(other, seed)).toEqual({ records: [], tornBytes: 0, damaged: [other] });
      }),
    );
  });
});

function encoded(record: SpoolRecord, fileSeed: number): Buffer {
  return Buffer.concat(recordParts(record, fileSeed));
}
