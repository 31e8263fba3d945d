import { fileURLToPath } from 'node:url';
import type { ClickHouseClient } from '@clickhouse/client';
import { clusterMacros, migrate } from '../migrations.ts';
import { silentLogger } from './temporary-engine.ts';

export const migrationsDirectory = fileURLToPath(new URL('../migrations', import.meta.url));

/** Brings the client's database to the newest migration, as one node has it. */
export async function migrated(client: ClickHouseClient): Promise<void> {
  await migrate({
    client,
    directory: migrationsDirectory,
    macros: clusterMacros(undefined),
    logger: silentLogger,
  });
}

/** ClickHouse keeps the files of what was replaced for 8 minutes, and looks for them every 30 s. */
export async function forgetOldFilesAtOnce(client: ClickHouseClient, table: string): Promise<void> {
  for (const query of [
    `ALTER TABLE ${table} MODIFY SETTING old_parts_lifetime = 1, cleanup_delay_period = 1,
       cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 1`,
    // The table notices when it is opened.
    `DETACH TABLE ${table}`,
    `ATTACH TABLE ${table}`,
  ]) {
    await client.command({ query });
  }
}
