import type { ClickHouseClient } from '@clickhouse/client';
import type { BaseLogger } from 'pino';
import { EngineError } from './engine-error.ts';
import { type MigrationFile, readMigrationFiles } from './migration-files.ts';
import { expandMacros, splitStatements } from './sql-statements.ts';

export interface MigrationOptions {
  /** Has the database selected. */
  client: ClickHouseClient;
  /** Folder of `NNNN_what.sql` files. */
  directory: string;
  /** Values of `{name}` in the files; see `clusterMacros`. */
  macros: Readonly<Record<string, string>>;
  /** What FROM has for what is applied; on a cluster that of all shards. Default the table `schema_migrations`. */
  ledger?: string;
  logger: Pick<BaseLogger, 'info'>;
}

export interface MigrationReport {
  /** Names of the files applied by this call, in order. */
  applied: string[];
  /** Number of the newest file, which the database is at now. */
  version: number;
}

/**
 * The one difference between a single node and a cluster: `{on_cluster}` after an object's name, and `{engine}` before
 * the engine's family name, as in `ENGINE = {engine}MergeTree`. Replicated tables take their path and replica name from
 * the server's own macros.
 */
export function clusterMacros(cluster: string | undefined): { on_cluster: string; engine: string } {
  if (cluster === undefined) return { on_cluster: '', engine: '' };
  return { on_cluster: `ON CLUSTER \`${cluster.replaceAll('`', '``')}\``, engine: 'Replicated' };
}

/**
 * Brings the database to the newest migration. Files only add up: an applied file is never edited, a new one has the
 * next number.
 *
 * ClickHouse cannot undo half a file, so each statement must do nothing when repeated (`IF NOT EXISTS`): a file that was
 * interrupted runs again from its start. The same holds when two collectors start at once.
 *
 * @throws EngineError `migration-files-invalid`, `migration-changed`, `database-newer` or `migration-failed`
 */
export async function migrate(options: MigrationOptions): Promise<MigrationReport> {
  const files = await readMigrationFiles(options.directory);
  await createLedger(options);
  const ledger = await readLedger(options);
  checkLedger(files, ledger);

  const pending = files.filter(({ version }) => !ledger.has(version));
  for (const file of pending) {
    await apply(options, file);
    options.logger.info(`Applied migration ${file.name}`);
  }
  return { applied: pending.map(({ name }) => name), version: files.length };
}

interface LedgerEntry {
  version: number;
  name: string;
  checksums: string[];
}

async function createLedger({ client, macros }: MigrationOptions): Promise<void> {
  const { sql } = expandMacros(
    `CREATE TABLE IF NOT EXISTS schema_migrations {on_cluster}
     (version UInt32, name String, checksum String, applied_at DateTime('UTC') DEFAULT now())
     ENGINE = {engine}MergeTree ORDER BY version`,
    { on_cluster: '', engine: '', ...macros },
  );
  await client.command({ query: sql });
}

/** Collectors that started at once may both have recorded a file. */
async function readLedger({ client, ledger }: MigrationOptions): Promise<Map<number, LedgerEntry>> {
  const answer = await client.query({
    query: `SELECT version, any(name) AS name, groupUniqArray(checksum) AS checksums
            FROM ${ledger ?? 'schema_migrations'} GROUP BY version ORDER BY version`,
    format: 'JSONEachRow',
  });
  const entries = await answer.json<LedgerEntry>();
  return new Map(entries.map((entry) => [entry.version, entry]));
}

function checkLedger(files: readonly MigrationFile[], ledger: ReadonlyMap<number, LedgerEntry>): void {
  const newest = files.at(-1);
  for (const entry of ledger.values()) {
    const file = files[entry.version - 1];
    if (file === undefined) {
      throw new EngineError(
        'database-newer',
        `The database has migration ${entry.name}, and this Weir knows none after ${newest?.name}. Run the newer Weir, or use another database.`,
      );
    }
    if (entry.checksums.some((checksum) => checksum !== file.checksum)) {
      throw new EngineError(
        'migration-changed',
        `Migration ${file.name} is not the file that was applied to this database (as ${entry.name}). Restore it, and put the change into a new file.`,
      );
    }
  }
}

async function apply({ client, macros }: MigrationOptions, file: MigrationFile): Promise<void> {
  const { sql, unknown } = expandMacros(file.sql, macros);
  if (unknown.length > 0) {
    const known = Object.keys(macros).map((name) => `{${name}}`);
    throw new EngineError(
      'migration-files-invalid',
      `Migration ${file.name} uses {${unknown.join('}, {')}}, which has no value. Use one of ${known.join(', ')}.`,
    );
  }
  const statements = splitStatements(sql);
  for (const [index, statement] of statements.entries()) {
    await run(client, statement).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EngineError(
        'migration-failed',
        `Statement ${index + 1} of ${statements.length} in migration ${file.name} failed: ${reason}`,
        { cause },
      );
    });
  }
  const { version, name, checksum } = file;
  await client.insert({
    table: 'schema_migrations',
    values: [{ version, name, checksum }],
    format: 'JSONEachRow',
  });
}

async function run(client: ClickHouseClient, statement: string): Promise<void> {
  await client.command({
    query: statement,
    // Done when answered, on every replica: the next statement builds on this one.
    clickhouse_settings: { wait_end_of_query: 1, alter_sync: '2', mutations_sync: '2' },
  });
}
