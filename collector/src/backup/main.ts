/** `npm run backup -- --to …` and `npm run restore -- --from …`. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { EngineError } from '../clickhouse/engine-error.ts';
import { ConfigError, readConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { pause } from '../pause.ts';
import { backUp } from './backup.ts';
import { BackupError } from './backup-error.ts';
import { restore } from './restore.ts';
import { type BackupConfig, reachBackupServer } from './server.ts';

const usage = `usage:
  npm run backup -- --to <new directory>
  npm run restore -- --from <directory> [--into <database>]

Settings are those of the collector (WEIR_DATA_DIR, CLICKHOUSE_URL, …). It may run meanwhile; a restore into its own
database needs it stopped, and an empty data directory. With a ClickHouse server of your own, name a place that the
server reaches, such as "Disk('backups', 'monday')" or "S3('https://…', 'key', 'secret')".`;

async function main([command, ...args]: readonly string[]): Promise<number> {
  const { to, from, into } = optionsIn(args);
  const config = readConfig(process.env, process.cwd());
  if (command === 'backup' && to !== undefined) await runBackup(config, to);
  else if (command === 'restore' && from !== undefined) await runRestore(config, from, into);
  else {
    say(usage);
    return 2;
  }
  return 0;
}

function optionsIn(args: readonly string[]): { to?: string; from?: string; into?: string } {
  const options = { to: { type: 'string' }, from: { type: 'string' }, into: { type: 'string' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BackupError(`${error instanceof Error ? error.message : error}\n\n${usage}`, { cause: error });
  }
}

const common = () => ({ stamp: randomBytes(6).toString('hex'), delay: (ms: number) => pause(ms) });

async function runBackup(config: BackupConfig, to: string): Promise<void> {
  const server = await reachBackupServer(config, logger(), false);
  try {
    const { dataDir } = config;
    const { files, bytes, spoolBytes } = await backUp({ server, dataDir, to, ...common() });
    say(`Backed up to ${to}: ${files} files, ${megabytes(bytes)}.`);
    if (spoolBytes > 0) {
      say(`Not in it: ${megabytes(spoolBytes)} of streams that wait for ClickHouse in ${dataDir}/spool.`);
    }
  } finally {
    await server.close();
  }
}

async function runRestore(config: BackupConfig, from: string, into: string | undefined): Promise<void> {
  const server = await reachBackupServer(config, logger(), true);
  try {
    const { dataDir } = config;
    const options = { server, dataDir, from, ...(into !== undefined && { into }), ...common() };
    const { database, streams, schema } = await restore(options);
    say(`Restored ${streams} streams into the database ${database}, with schema ${schema}.`);
    say('The next start of Weir on it applies newer migrations.');
  } finally {
    await server.close();
  }
}

function logger() {
  return createLogger('warn', process.stderr);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isForOperator =
      error instanceof BackupError || error instanceof ConfigError || error instanceof EngineError;
    process.stderr.write(`${isForOperator ? error.message : (error as Error).stack}\n`);
    process.exit(1);
  },
);
