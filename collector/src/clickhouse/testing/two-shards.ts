import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { freePort } from '../../listening.ts';
import { askClickHouse, clusterSettings, ensureDatabase, openClickHouse } from '../clickhouse-client.ts';
import { publishTables } from '../distributed-tables.ts';
import { type EmbeddedProcess, spawnEmbedded } from '../embedded-process.ts';
import { ENGINE_USER, engineConfig, engineConfigPath, sizeEngine } from '../engine-config.ts';
import { locateEngineLibrary } from '../engine-library.ts';
import { type Cluster, shardDatabase } from '../tables.ts';
import { migrated } from './migrated.ts';

const PASSWORD = 'of-a-test-on-loopback';

/** Two embedded servers that know each other as the shards of one cluster, migrated. */
export interface TwoShards {
  readonly cluster: Cluster;
  /** Of the first server; fails while a shard is gone. */
  readonly client: ClickHouseClient;
  /** Of the first server; leaves out the shard that is gone. */
  readonly partialClient: ClickHouseClient;
  /** Of each server, with the database of its own tables. */
  readonly tableClients: readonly ClickHouseClient[];
  /** Ends the second server without a word. */
  killSecond(): Promise<void>;
  startSecond(): Promise<void>;
  dispose(): Promise<void>;
}

interface ShardServer {
  readonly address: { readonly url: string; readonly username: string; readonly password: string };
  start(): Promise<EmbeddedProcess>;
}

/** There is no Keeper in the embedded build: the tables are not replicated, and each server is migrated by itself. */
export async function startTwoShards(): Promise<TwoShards> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-shards-'));
  const cluster = { name: 'two', database: 'weir' };
  const shards = await Promise.all(
    ['first', 'second'].map(async (name) => ({
      dataDir: join(directory, name),
      httpPort: await freePort('127.0.0.1'),
      tcpPort: await freePort('127.0.0.1'),
    })),
  );
  const ports = shards.map(({ tcpPort }) => tcpPort);
  const servers = await Promise.all(shards.map((shard) => shardServer(shard, ports)));
  const processes = await Promise.all(servers.map((server) => server.start()));
  const addresses = servers.map(({ address }) => address);
  for (const address of addresses) await createDatabases(address, cluster);
  const [first, second] = addresses;
  if (first === undefined || second === undefined) throw new Error('there are two shards');

  const tableClients = addresses.map((address) =>
    openClickHouse({ ...address, database: shardDatabase(cluster.database) }, clusterSettings),
  );
  for (const client of tableClients) {
    await migrated(client);
    await publishTables({ client, cluster, onCluster: '' });
  }
  const { database } = cluster;
  const client = openClickHouse({ ...first, database }, clusterSettings);
  const partial = { ...clusterSettings, skip_unavailable_shards: 1 as const };
  const partialClient = openClickHouse({ ...first, database }, partial);
  return {
    ...{ cluster, client, partialClient, tableClients },
    async killSecond() {
      await processes[1]?.stop(0);
    },
    async startSecond() {
      const started = await servers[1]?.start();
      if (started !== undefined) processes[1] = started;
    },
    async dispose() {
      await Promise.all([client, partialClient, ...tableClients].map((open) => open.close()));
      await Promise.all(processes.map((process) => process.stop(5_000)));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function shardServer(
  shard: { readonly dataDir: string; readonly httpPort: number; readonly tcpPort: number },
  ports: readonly number[],
): Promise<ShardServer> {
  const { dataDir, httpPort, tcpPort } = shard;
  const library = locateEngineLibrary({ os: process.platform, arch: process.arch });
  const sizing = sizeEngine({ memoryBytes: 4 * 2 ** 30, cores: 2 });
  const path = engineConfigPath(dataDir, httpPort);
  await mkdir(join(dataDir, 'logs'), { recursive: true });
  await mkdir(join(dataDir, 'clickhouse'), { recursive: true });
  const config = engineConfig({ dataDir, httpPort, password: PASSWORD, sizing });
  await writeFile(path, clustered(config, tcpPort, ports), { mode: 0o600 });
  const address = { url: `http://127.0.0.1:${httpPort}`, username: ENGINE_USER, password: PASSWORD };
  return {
    address,
    async start() {
      const server = spawnEmbedded(library, path, ['TCP', 'HTTP']);
      for (let tries = 0; tries < 600; tries += 1) {
        if ((await askClickHouse(address)).status === 'answered') return server;
        await sleep(50);
      }
      await server.stop(0);
      throw new Error('a shard gave no answer');
    },
  };
}

/** Adds to a configuration what makes its server one of a cluster. */
function clustered(config: string, tcpPort: number, ports: readonly number[]): string {
  const replicas = ports.map(
    (port) =>
      `<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host>
       <port>${port}</port><user>shard</user><password>${PASSWORD}</password></replica></shard>`,
  );
  const user = `<shard><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
    <password>${PASSWORD}</password><grants><query>GRANT SELECT, INSERT ON *.*</query></grants></shard>`;
  return config
    .replace('<users>', `<users>${user}`)
    .replace('GRANT TABLE ENGINE ON *', 'GRANT TABLE ENGINE, REMOTE, CLUSTER ON *.*')
    .replace(
      '<listen_host>',
      `<tcp_port>${tcpPort}</tcp_port><remote_servers><two>${replicas.join('')}</two></remote_servers><listen_host>`,
    );
}

async function createDatabases(address: ShardServer['address'], { database }: Cluster): Promise<void> {
  const server = openClickHouse(address);
  await ensureDatabase(server, database, undefined);
  await ensureDatabase(server, shardDatabase(database), undefined);
  await server.close();
}
