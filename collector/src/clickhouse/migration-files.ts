import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from './engine-error.ts';

export interface MigrationFile {
  version: number;
  /** File name, such as `0001_streams.sql`. */
  name: string;
  sql: string;
  /** SHA-256 of the text with line ends as `\n`, in hexadecimal. */
  checksum: string;
}

/**
 * Reads `NNNN_what.sql` files, numbered from 1 without a gap: a gap is a file that somebody forgot to commit.
 *
 * @throws EngineError `migration-files-invalid`
 */
export async function readMigrationFiles(directory: string): Promise<MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted();
  if (names.length === 0) throw invalid(`There is no migration in ${directory}.`);
  return Promise.all(names.map((name, index) => readMigrationFile(directory, name, index + 1)));
}

async function readMigrationFile(directory: string, name: string, expected: number): Promise<MigrationFile> {
  const digits = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
  if (digits === undefined) throw invalid(`${name} in ${directory} is not named like 0001_streams.sql.`);
  const version = Number(digits);
  if (version !== expected) {
    throw invalid(
      `${name} stands where number ${expected} belongs. Number the files in ${directory} from 1, each once.`,
    );
  }
  const text = await readFile(join(directory, name), 'utf8');
  const sql = text.replaceAll('\r\n', '\n');
  return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

function invalid(message: string): EngineError {
  return new EngineError('migration-files-invalid', message);
}
