import type { StreamRow } from '@weir/schemas/api';
import { isoTime } from './scope.ts';
import { column, joined, named, type Sql, sql } from './sql.ts';

/** A row as ClickHouse answers `streamRowColumns`: the time as Unix milliseconds. */
export type SelectedStreamRow = Omit<StreamRow, 'endedAt'> & { readonly endedAt: number };

/** Selects what lists show of a stream. */
export const streamRowColumns: Sql = joined(
  [
    named(hexId(column('traceId')), 'traceId'),
    named(hexId(column('spanId')), 'spanId'),
    named(unixMs(column('endedAt')), 'endedAt'),
    ...(
      [
        'provider',
        'model',
        'outcome',
        'reason',
        'stage',
        'initiator',
        'attachmentClass',
        'networkType',
        'service',
        'vantage',
        'ttftSeconds',
        'durationSeconds',
        'maxGapSeconds',
        'chunks',
        'outputTokens',
        'attempt',
      ] as const
    ).map((field) => named(column(field), field)),
  ],
  ', ',
);

export function streamRow(row: SelectedStreamRow): StreamRow {
  return { ...row, endedAt: isoTime(row.endedAt) };
}

/** Lower-case hexadecimal; empty for an id of zeros, which is how an absent one is stored. `empty` knows that. */
export function hexId(stored: Sql): Sql {
  return sql`if(empty(${stored}), '', lower(hex(${stored})))`;
}

export function unixMs(stored: Sql): Sql {
  return sql`toUnixTimestamp64Milli(${stored})`;
}
