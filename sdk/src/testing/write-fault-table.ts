/** Runs the fault matrix and writes `docs/fault-table.md`. */
import { writeFile } from 'node:fs/promises';
import { type ChatClient, chatClients } from './clients.ts';
import { expectedOf, matrixRows } from './fault-matrix.ts';
import { type ClientColumn, cellOf, renderFaultTable } from './fault-table.ts';
import { openMatrix } from './run-matrix.ts';

async function columnOf(client: ChatClient): Promise<ClientColumn> {
  const rows = matrixRows(client.protocol).filter((row) => expectedOf(row, client) !== undefined);
  const cells = new Map<string, string>();
  const matrix = await openMatrix(client);
  for (const row of rows) {
    const { spans } = await matrix.run(row);
    cells.set(row.name, cellOf(spans[0]));
  }
  await matrix.close();
  process.stderr.write(`${client.name}: ${cells.size} endings\n`);
  return { client: client.name, rows, cells };
}

const columns = await Promise.all(chatClients.map(columnOf));
await writeFile(new URL('../../../docs/fault-table.md', import.meta.url), renderFaultTable(columns));
