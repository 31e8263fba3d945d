import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import type { MatrixRow } from './fault-matrix.ts';
import { factOf } from './recorded-spans.ts';

/** What one client's spans said, by the name of the row. */
export interface ClientColumn {
  readonly client: string;
  readonly rows: readonly MatrixRow[];
  readonly cells: ReadonlyMap<string, string>;
}

const groupTitles: Readonly<Record<string, string>> = {
  connection: 'The call does not get through',
  finish: "The provider's own endings",
  http: 'The provider, or something before it, refuses',
  stall: 'Silence',
  disconnect: 'The connection breaks, or the body ends at a bad place',
  error_event: 'The provider sends an error in the stream',
  broken_bytes: 'Bytes that do not decode',
  legal_oddity: 'Odd, but legal',
  application: 'The application ends it',
};

const preamble = [
  '# Faults and what the SDK says of them',
  '',
  'Every ending is provoked on a real socket, once for each client, with and without the SDK. In each of these cases',
  'there is exactly one span; the application gets the same events and the same error as without the SDK; nothing is',
  'left unhandled; and where the application stops, the server sees the connection close. A cell reads',
  '`outcome: reason, stage, initiator`; `-` where the client cannot show the ending.',
  '',
  'Made by `node sdk/src/testing/write-fault-table.ts`; `fault-matrix.integration.test.ts` fails when it is out of date.',
  '',
].join('\n');

/** @returns what a span says of the ending. */
export function cellOf(span: ReadableSpan | undefined): string {
  if (span === undefined) return 'no span';
  const reason = factOf(span, 'reason') as TerminationReason;
  return `${outcomeOf(reason)}: ${reason}, ${factOf(span, 'stage')}, ${factOf(span, 'initiator')}`;
}

export function renderFaultTable(columns: readonly ClientColumn[]): string {
  const rows = uniqueRows(columns);
  const groups = [...new Set(rows.map(({ group }) => group))];
  return [preamble, ...groups.map((group) => renderGroup(group, rows, columns))].join('\n');
}

function uniqueRows(columns: readonly ClientColumn[]): MatrixRow[] {
  const byName = new Map<string, MatrixRow>();
  for (const { rows } of columns)
    for (const row of rows) if (!byName.has(row.name)) byName.set(row.name, row);
  return [...byName.values()];
}

function renderGroup(group: string, rows: readonly MatrixRow[], columns: readonly ClientColumn[]): string {
  const header = ['ending', 'what happens', ...columns.map(({ client }) => code(client))];
  const lines = rows
    .filter((row) => row.group === group)
    .map((row) => [row.name, row.wire, ...columns.map(({ cells }) => cells.get(row.name) ?? '-')]);
  return [
    `## ${groupTitles[group] ?? group}\n`,
    line(header),
    line(header.map(() => '---')),
    ...lines.map(line),
    '',
    ...rows.filter((row) => row.group === group).flatMap(notesOn),
  ].join('\n');
}

/** Why a client shows a row in another way than the others. */
function notesOn({ name, exceptions }: MatrixRow): string[] {
  return Object.entries(exceptions ?? {}).flatMap(([client, exception]) =>
    exception === 'does not apply' || exception.note === undefined
      ? []
      : [`- ${name} with ${code(client)}: ${exception.note}.`],
  );
}

function line(cells: readonly string[]): string {
  return ['', ...cells.map((cell) => cell.replaceAll('|', '\\|')), ''].join(' | ').trim();
}

function code(text: string): string {
  return ['`', text, '`'].join('');
}
