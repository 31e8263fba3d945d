import { cp, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { engineBackupPath } from '../clickhouse/engine-config.ts';
import { quoted } from '../clickhouse/tables.ts';
import { BackupError } from './backup-error.ts';
import { runBackupStatement } from './backup-statement.ts';
import { fileExpression, readLocation } from './location.ts';
import type { BackupServer } from './server.ts';

export interface RestoreOptions {
  readonly server: BackupServer;
  readonly dataDir: string;
  /** A directory, or what ClickHouse itself reaches. */
  readonly from: string;
  /** The database to restore into; default that of the configuration. */
  readonly into?: string;
  /** Unique among those under way. */
  readonly stamp: string;
  readonly delay: (ms: number) => Promise<void>;
}

export interface Restored {
  readonly database: string;
  readonly streams: number;
  /** Newest migration that the restored tables have. */
  readonly schema: number;
}

/**
 * Restores a backup into a database without tables. Whatever is there already is left as it is, and refused.
 *
 * @throws BackupError
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { server, dataDir, from, into = server.database, stamp } = options;
  const location = readLocation(from, server.isEmbedded);
  if (location.status === 'invalid') throw new BackupError(location.message);
  await refuseTables(server.client, into);
  if (location.status === 'server') {
    return restoreFrom(options, { expression: location.expression, source: server.database, into });
  }
  const path = resolve(location.path);
  const source = await databaseIn(path);
  // ClickHouse may read from nowhere else.
  const staging = join(resolve(engineBackupPath(dataDir)), `restore-${stamp}`);
  try {
    await cp(path, staging, { recursive: true });
    return await restoreFrom(options, { expression: fileExpression(staging), source, into });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function restoreFrom(
  { server, delay }: RestoreOptions,
  {
    expression,
    source,
    into,
  }: { readonly expression: string; readonly source: string; readonly into: string },
): Promise<Restored> {
  const { client, onCluster } = server;
  await runBackupStatement(
    client,
    `RESTORE DATABASE ${quoted(source)} AS ${quoted(into)} ${onCluster} FROM ${expression}`,
    delay,
  );
  const answer = await client.query({
    query: `SELECT (SELECT count() FROM ${quoted(into)}.streams)::Float64 AS streams,
              (SELECT max(version) FROM ${quoted(into)}.schema_migrations) AS schema`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ streams: number; schema: number }>();
  return { database: into, streams: row?.streams ?? 0, schema: row?.schema ?? 0 };
}

async function refuseTables(client: ClickHouseClient, database: string): Promise<void> {
  const answer = await client.query({
    query: 'SELECT toUInt32(count()) AS tables FROM system.tables WHERE database = {database:String}',
    query_params: { database },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ tables: number }>();
  if ((row?.tables ?? 0) === 0) return;
  throw new BackupError(
    `The database ${database} has tables already, and a restore changes nothing that is there. Restore into another one with --into, or stop Weir and use an empty WEIR_DATA_DIR.`,
  );
}

/** The name that the database had when it was backed up. */
async function databaseIn(path: string): Promise<string> {
  const names = await readdir(join(path, 'metadata')).catch((): string[] => []);
  const database = names.find((name) => name.endsWith('.sql'))?.replace(/\.sql$/, '');
  if (database !== undefined) return decodeURIComponent(database);
  throw new BackupError(`${path} is not a backup of Weir. Name the directory that \`npm run backup\` made.`);
}
