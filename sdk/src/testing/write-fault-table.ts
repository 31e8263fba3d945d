/** Runs the fault matrix and writes `docs/fault-table.md`. */
import { writeFile } from 'node:fs/promises';
import { chatClients } from './clients.ts';
import { expectedOf, matrixRows } from './fault-matrix.ts';
import { type ClientColumn, cellOf, renderFaultTable } from './fault-table.ts';
import { openMatrix } from './run-matrix.ts';

const columns: ClientColumn[] = [];
for (const client of chatClients) {
  const rows = matrixRows(client.protocol).filter((row) => expectedOf(row, client) !== undefined);
  const cells = new Map<string, string>();
  const matrix = await openMatrix(client);
  for (const row of rows) {
    const { spans } = await matrix.run(row);
    cells.set(row.name, cellOf(spans[0]));
  }
  await matrix.close();
  columns.push({ client: client.name, rows, cells });
  process.stderr.write(`${client.name}: ${cells.size} endings\n`);
}
await writeFile(new URL('../../../docs/fault-table.md', import.meta.url), renderFaultTable(columns));
