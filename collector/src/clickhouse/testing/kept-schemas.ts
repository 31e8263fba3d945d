import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { engineBackupPath } from '../engine-config.ts';
import { readMigrationFiles } from '../migration-files.ts';
import { clusterMacros, migrate } from '../migrations.ts';
import { migrationsDirectory } from './migrated.ts';
import { sampleRows } from './sample-rows.ts';
import { silentLogger, type TemporaryEngine } from './temporary-engine.ts';

/** Data directories as each migration left them, with some rows: `0001.tar.zst` is a backup of ClickHouse's own. */
export const keptSchemas = join(import.meta.dirname, 'kept-schemas');

/** Numbers of the migrations that there is a kept directory of, as in `0001`. */
export async function keptNumbers(): Promise<string[]> {
  const names = await readdir(keptSchemas).catch((): string[] => []);
  return names
    .filter((name) => name.endsWith('.tar.zst'))
    .map((name) => name.slice(0, 4))
    .toSorted();
}

/** Makes the directory that a program with migrations up to `number` would leave, and keeps it. */
export async function keepSchema(temporary: TemporaryEngine, number: string): Promise<void> {
  const database = `schema_${number}`;
  const directory = await migrationsUpTo(number);
  const client = await temporary.openDatabase(database);
  try {
    await migrate({ client, directory, macros: clusterMacros(undefined), logger: silentLogger });
    for (const { table, query } of sampleRows) {
      if (await hasTable(client, table)) await client.command({ query });
    }
    const archive = join(engineBackupPath(temporary.dataDir), `${number}.tar.zst`);
    await client.command({ query: `BACKUP DATABASE ${database} TO File('${archive}')` });
    await mkdir(keptSchemas, { recursive: true });
    await copyFile(archive, join(keptSchemas, basename(archive)));
  } finally {
    await client.close();
    await rm(directory, { recursive: true });
  }
}

/** Brings a kept directory back, as a database of its own that nothing has migrated yet. */
export async function restoreSchema(temporary: TemporaryEngine, number: string): Promise<ClickHouseClient> {
  const database = `restored_${number}`;
  const backups = engineBackupPath(temporary.dataDir);
  await mkdir(backups, { recursive: true });
  const archive = join(backups, `${number}.tar.zst`);
  await copyFile(join(keptSchemas, basename(archive)), archive);
  const client = await temporary.openDatabase(database);
  await client.command({ query: `RESTORE DATABASE schema_${number} AS ${database} FROM File('${archive}')` });
  return client;
}

async function migrationsUpTo(number: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-migrations-'));
  const files = await readMigrationFiles(migrationsDirectory);
  for (const { name } of files.slice(0, Number(number))) {
    await copyFile(join(migrationsDirectory, name), join(directory, name));
  }
  return directory;
}

async function hasTable(client: ClickHouseClient, table: string): Promise<boolean> {
  const answer = await client.query({ query: `EXISTS TABLE ${table}`, format: 'JSONEachRow' });
  const [row] = await answer.json<{ result: 0 | 1 }>();
  return row?.result === 1;
}
