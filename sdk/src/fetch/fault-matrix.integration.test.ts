import { readFile } from 'node:fs/promises';
import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Behaviour, isCutByClock, type Seen } from '../testing/behaviours.ts';
import { chatClients } from '../testing/clients.ts';
import { expectedOf, initiatorsOf, matrixRows, stageFor } from '../testing/fault-matrix.ts';
import { type ClientColumn, cellOf, renderFaultTable } from '../testing/fault-table.ts';
import { factOf } from '../testing/recorded-spans.ts';
import { type MatrixRunner, openMatrix } from '../testing/run-matrix.ts';
import { openStreams } from './open-streams.ts';

vi.setConfig({ maxConcurrency: 8 });

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => {
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
  expect(openStreams.size).toBe(0);
});

const columns: ClientColumn[] = [];

describe.concurrent.each(chatClients.map((client) => ({ client, name: client.name })))(
  '$name',
  ({ client }) => {
    let matrix: MatrixRunner;
    beforeAll(async () => {
      matrix = await openMatrix(client);
    });
    afterAll(() => matrix.close());

    const rows = matrixRows(client.protocol).flatMap((row) => {
      const expected = expectedOf(row, client);
      return expected === undefined ? [] : [{ ...row, expected }];
    });
    const cells = new Map<string, string>();
    columns.push({ client: client.name, rows, cells });

    test.each(rows)('$name', async ({ expected, ...row }) => {
      const { bare, seen, spans, serverEnd } = await matrix.run({ ...row, expected });
      expectSameView(seen, bare, row.behaviour);

      expect(spans).toHaveLength(1);
      const [span] = spans;
      cells.set(row.name, cellOf(span));
      const reason = factOf(span, 'reason') as TerminationReason;
      expect(expected.reasons).toContain(reason);
      expect(initiatorsOf(reason)).toContain(factOf(span, 'initiator'));
      expect(factOf(span, 'stage')).toBe(stageFor(expected, reason));
      expect(factOf(span, 'outcome')).toBe(outcomeOf(reason));

      // A call that is given up at once may never get there.
      const wasSent = serverEnd !== undefined || row.behaviour !== 'aborts before headers';
      if (row.serverSeesCancel && wasSent) expect(serverEnd?.by).toBe('client_closed');
    });
  },
);

test('docs/fault-table.md says what the SDK says (node sdk/src/testing/write-fault-table.ts)', async () => {
  const published = await readFile(new URL('../../../docs/fault-table.md', import.meta.url), 'utf8');
  expect(published).toBe(renderFaultTable(columns));
});

function expectSameView(seen: Seen, bare: Seen, behaviour: Behaviour): void {
  expect(seen.ended).toEqual(bare.ended);
  if (!isCutByClock(behaviour)) expect(seen.events).toBe(bare.events);
  const [shorter, longer] = [seen.events, bare.events].sort((a, b) => a.length - b.length);
  expect(longer?.startsWith(shorter ?? '')).toBe(true);
}
