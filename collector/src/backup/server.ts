import { stat } from 'node:fs/promises';
import type { BaseLogger } from 'pino';
import { findEmbeddedServer } from '../clickhouse/attached-server.ts';
import { askClickHouse, type ClickHouseAddress, openClickHouse } from '../clickhouse/clickhouse-client.ts';
import { startEngine } from '../clickhouse/engine.ts';
import { engineDataPath } from '../clickhouse/engine-config.ts';
import { shardDatabase } from '../clickhouse/tables.ts';
import type { Config } from '../config.ts';
import { BackupError } from './backup-error.ts';

/** The ClickHouse that holds the data, whether a collector runs or not. */
export interface BackupServer {
  /** With no database selected. */
  readonly client: ReturnType<typeof openClickHouse>;
  /** That of the tables themselves. */
  readonly database: string;
  /** After the name of a database. */
  readonly onCluster: string;
  /** Runs on this machine, as this user. */
  readonly isEmbedded: boolean;
  close(): Promise<void>;
}

export type BackupConfig = Pick<Config, 'clickhouse' | 'dataDir' | 'database'>;

/**
 * Reaches the server by URL, the one of the collector that runs on the data directory, or starts one there.
 *
 * @param mayBeNew whether a data directory without data will do
 * @throws BackupError or EngineError
 */
export async function reachBackupServer(
  config: BackupConfig,
  logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>,
  mayBeNew: boolean,
): Promise<BackupServer> {
  const { clickhouse, dataDir, database } = config;
  if (clickhouse !== undefined) {
    const { cluster, ...address } = clickhouse;
    const isCluster = cluster !== undefined;
    return serverAt(address, {
      database: isCluster ? shardDatabase(database) : database,
      onCluster: isCluster ? `ON CLUSTER \`${cluster.replaceAll('`', '``')}\`` : '',
      isEmbedded: false,
    });
  }
  const here = { database, onCluster: '', isEmbedded: true };
  const running = await findEmbeddedServer(dataDir, answers);
  if (running !== undefined) return serverAt(running, here);
  if (!mayBeNew && (await stat(engineDataPath(dataDir)).catch(() => undefined)) === undefined) {
    throw new BackupError(`There is no data in ${dataDir}. Say with WEIR_DATA_DIR where it is.`);
  }
  const engine = await startEngine({ server: { kind: 'embedded', dataDir }, database, logger });
  return { ...here, client: engine.client(), close: engine.stop };
}

function serverAt(
  address: ClickHouseAddress,
  rest: Pick<BackupServer, 'database' | 'onCluster' | 'isEmbedded'>,
): BackupServer {
  const client = openClickHouse(address);
  return { ...rest, client, close: () => client.close() };
}

async function answers(address: ClickHouseAddress): Promise<boolean> {
  return (await askClickHouse(address)).status === 'answered';
}
