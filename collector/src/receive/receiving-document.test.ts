import { readFile } from 'node:fs/promises';
import { status } from '@grpc/grpc-js';
import { alterations, type Refusal, rejections, skips } from '@weir/schemas/receiving';
import { describe, expect, it } from 'vitest';
import { refusals } from './refusal.ts';
import { readRecordings } from './testing/recordings.ts';
import { tableRow } from './testing/recordings-table.ts';

const lines = (await readFile(new URL('../../../docs/receiving.md', import.meta.url), 'utf8')).split('\n');

describe('docs/receiving.md', () => {
  it.each(
    readRecordings()
      .filter(({ name }) => name !== 'weir')
      .map((one) => [one.title, tableRow(one)]),
  )('says what the spans of %s tell', (_title, row) => {
    expect(lines).toContain(row);
  });

  it.each(Object.entries({ ...rejections, ...skips, ...alterations }))(
    'says what %s means',
    (reason, meaning) => {
      expect(lines).toContain(`| \`${reason}\` | ${meaning} |`);
    },
  );

  /** Of these one transport has no answer, or another. */
  const exceptions: { readonly [R in Refusal]?: readonly [http: string, grpc: string] } = {
    unsupported_type: ['415', 'UNIMPLEMENTED'],
    unsupported_method: ['405', ''],
    cancelled: ['', 'CANCELLED'],
  };

  it.each(Object.entries(refusals))('says how %s is answered', (reason, { httpStatus, rpcCode }) => {
    const answers = exceptions[reason as Refusal] ?? [String(httpStatus), status[rpcCode]];
    const cells = lines.find((line) => line.startsWith(`| \`${reason}\` |`))?.split('|');
    expect(cells?.slice(2, 4).map((cell) => cell.trim())).toEqual(answers);
  });
});
