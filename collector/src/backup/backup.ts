import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { engineBackupPath } from '../clickhouse/engine-config.ts';
import { quoted } from '../clickhouse/tables.ts';
import { BackupError } from './backup-error.ts';
import { type BackupSummary, runBackupStatement } from './backup-statement.ts';
import { fileExpression, readLocation } from './location.ts';
import type { BackupServer } from './server.ts';

export interface BackupOptions {
  readonly server: BackupServer;
  readonly dataDir: string;
  /** A directory that does not exist or is empty, or what ClickHouse itself reaches, such as `Disk('backups', 'x')`. */
  readonly to: string;
  /** Unique among backups under way. */
  readonly stamp: string;
  readonly delay: (ms: number) => Promise<void>;
}

export interface Backup extends BackupSummary {
  /** Bytes of streams that wait in the spool: they are not in the backup. */
  readonly spoolBytes: number;
}

/**
 * Copies the whole database: streams, rollups, rules, incidents, keys and settings. Collectors go on meanwhile; what
 * arrives then is in it or not. What waits in the spool is not.
 *
 * @throws BackupError
 */
export async function backUp(options: BackupOptions): Promise<Backup> {
  const { server, dataDir, to, stamp, delay } = options;
  const location = readLocation(to, server.isEmbedded);
  if (location.status === 'invalid') throw new BackupError(location.message);
  const backUpTo = (expression: string) =>
    runBackupStatement(
      server.client,
      `BACKUP DATABASE ${quoted(server.database)} ${server.onCluster} TO ${expression}`,
      delay,
    );
  const spoolBytes = await waitingBytes(join(dataDir, 'spool'));
  if (location.status === 'server') return { ...(await backUpTo(location.expression)), spoolBytes };

  const target = resolve(location.path);
  await refuseUsed(target);
  // ClickHouse may write nowhere else.
  const staging = join(resolve(engineBackupPath(dataDir)), `backup-${stamp}`);
  try {
    const summary = await backUpTo(fileExpression(staging));
    await move(staging, target);
    return { ...summary, spoolBytes };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function refuseUsed(target: string): Promise<void> {
  const names = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new BackupError(`${target} cannot be written to (${error.message}). Choose another directory.`);
  });
  if (names.length > 0)
    throw new BackupError(`${target} is not empty. Choose a directory that is, or a new one.`);
}

/** On another disk it is copied; a half copied backup is removed. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true }).catch(async (failure: unknown) => {
      await rm(to, { recursive: true, force: true });
      throw failure;
    });
  }
}

async function waitingBytes(spool: string): Promise<number> {
  const names = await readdir(spool).catch((): string[] => []);
  const segments = names.filter((name) => name.endsWith('.segment'));
  const sizes = await Promise.all(
    // Those that are loaded meanwhile are gone.
    segments.map(async (name) => (await stat(join(spool, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
