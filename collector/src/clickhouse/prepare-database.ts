import type { BaseLogger } from 'pino';
import { publishTables } from './distributed-tables.ts';
import type { Engine } from './engine.ts';
import { clusterMacros, migrate } from './migrations.ts';
import { type Cluster, tablesOf } from './tables.ts';

export interface PrepareOptions {
  /** Folder of `NNNN_what.sql` files. */
  readonly migrations: string;
  readonly cluster: Cluster | undefined;
  readonly logger: Pick<BaseLogger, 'info'>;
}

/**
 * Migrates the tables and, on a cluster, puts a Distributed table before each.
 *
 * @throws EngineError, see `migrate`
 */
export async function prepareDatabase(
  engine: Pick<Engine, 'client' | 'tableClient'>,
  { migrations, cluster, logger }: PrepareOptions,
): Promise<void> {
  const tables = tablesOf(() => engine.tableClient(), cluster);
  await migrate({
    client: tables.client(),
    directory: migrations,
    macros: clusterMacros(cluster?.name),
    ledger: tables.rowsOf('schema_migrations'),
    logger,
  });
  if (cluster === undefined) return;
  const { onCluster } = tables;
  const published = await publishTables({ client: engine.client(), cluster, onCluster });
  if (published.length > 0) logger.info(`Published on cluster ${cluster.name}: ${published.join(', ')}`);
}
