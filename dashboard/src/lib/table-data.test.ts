import { expect, test } from 'vitest';
import { toCsv } from './table-data.ts';

test('fields with separators and quotes are quoted', () => {
  expect(
    toCsv({
      columns: ['a', 'b'],
      rows: [
        ['x,y', 'say "hi"'],
        [null, 1.5],
      ],
    }),
  ).toBe('a,b\r\n"x,y","say ""hi"""\r\n,1.5\r\n');
});

test('nothing that came from outside is run as a formula by a spreadsheet', () => {
  expect(toCsv({ columns: ['v'], rows: [['=1+1'], ['@x'], ['-2']] })).toBe("v\r\n'=1+1\r\n'@x\r\n'-2\r\n");
  expect(toCsv({ columns: ['v'], rows: [[-2]] })).toBe('v\r\n-2\r\n');
});
