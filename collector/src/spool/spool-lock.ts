import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface SpoolLock {
  release(): void;
}

/**
 * Makes this process the only one that writes here. Node has no file locks of its own; SQLite's, on an empty database,
 * are those of the operating system: they end with the process, however it ends.
 *
 * @returns undefined while another process holds it
 */
export function lockSpool(path: string): SpoolLock | undefined {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(path, 'lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

const SQLITE_BUSY = 5;
