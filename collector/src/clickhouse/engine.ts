import { availableParallelism, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { BaseLogger } from 'pino';
import {
  askClickHouse,
  type ClickHouseAddress,
  clusterSettings,
  ensureDatabase,
  openClickHouse,
} from './clickhouse-client.ts';
import { describeExit, prepareEmbeddedServer } from './embedded-server.ts';
import { sizeEngine } from './engine-config.ts';
import { EngineError } from './engine-error.ts';
import { locateEngineLibrary } from './engine-library.ts';
import type { EngineStatus } from './engine-status.ts';
import { supervise } from './engine-supervisor.ts';
import { watchExternalServer } from './external-server.ts';
import { shardDatabase } from './tables.ts';

export type { EngineStatus } from './engine-status.ts';

/** ClickHouse, ready to be asked: the embedded server or one that somebody else runs. */
export interface Engine {
  /** One client for the whole process, with the database selected; it stays valid across restarts. */
  client(): ClickHouseClient;
  /** Like `client`; on a cluster it answers without the shards that are gone, where `client` fails. */
  partialClient(): ClickHouseClient;
  /** Has the database of the tables themselves selected, see `Tables`. On one node it is `client`. */
  tableClient(): ClickHouseClient;
  /** Anything but `ready` means that requests fail for now: answer 503 with `Retry-After`. */
  readonly status: EngineStatus;
  /** Calls the listener on every change; returns the function that ends it. */
  onStatus(listener: (status: EngineStatus) => void): () => void;
  /** Process id of the embedded server; `undefined` for an external one and during a restart. */
  readonly processId: number | undefined;
  /**
   * Closes the client, then ends the embedded server and waits until it has gone. Requests in flight are cut: finish
   * writing first.
   */
  stop(): Promise<void>;
}

export interface EngineOptions {
  server:
    | { kind: 'embedded'; dataDir: string }
    | { kind: 'external'; address: Omit<ClickHouseAddress, 'database'>; cluster?: string };
  /** Created when missing. */
  database: string;
  logger: Pick<BaseLogger, 'info' | 'warn' | 'error'>;
  /** How long an earlier embedded server may take to leave the data directory. Default 10,000. */
  lockWaitMs?: number;
  /** How long the server may take to answer for the first time. Default 120,000. */
  startTimeoutMs?: number;
  /** Monotonic clock in milliseconds. Default `performance.now`. */
  now?: () => number;
  random?: () => number;
}

/** ClickHouse writes out what it holds in memory when it ends; measured well under a second for an idle server. */
const STOP_GRACE_MS = 15_000;

/**
 * Starts the embedded server or reaches the external one, creates the database, and keeps watching.
 *
 * @throws EngineError with a sentence for the operator
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  return options.server.kind === 'embedded'
    ? startEmbedded(options, options.server.dataDir)
    : reachExternal(options, options.server.address, options.server.cluster);
}

async function startEmbedded(options: EngineOptions, dataDir: string): Promise<Engine> {
  const { database, logger } = options;
  const libraryPath = locateEngineLibrary({ os: process.platform, arch: process.arch });
  const server = await prepareEmbeddedServer({
    libraryPath,
    dataDir,
    sizing: sizeEngine({ memoryBytes: machineMemoryBytes(), cores: availableParallelism() }),
    answers: async (address) => (await askClickHouse(address)).status === 'answered',
    lockWaitMs: options.lockWaitMs ?? 10_000,
    startTimeoutMs: options.startTimeoutMs ?? 120_000,
  });
  const supervisor = await supervise({
    launch: (signal) => server.launch(signal),
    stop: (running) => running.stop(STOP_GRACE_MS),
    describeExit,
    logger,
    now: options.now ?? performance.now.bind(performance),
    random: options.random ?? Math.random,
    delay: (ms, signal) => sleep(ms, undefined, { signal }),
  }).catch(async (error: unknown) => {
    await server.tidy();
    throw error;
  });

  const client = openClickHouse({ ...server.address, database });
  async function stop(): Promise<void> {
    // Open connections would keep the server from ending until it gives up on them.
    await client.close();
    await supervisor.stop();
    await server.tidy();
  }
  await createDatabase(server.address, database).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    client: () => client,
    partialClient: () => client,
    tableClient: () => client,
    get status() {
      return supervisor.status;
    },
    onStatus: supervisor.onStatus,
    get processId() {
      return supervisor.process?.pid;
    },
    stop,
  };
}

async function reachExternal(
  options: EngineOptions,
  address: ClickHouseAddress,
  cluster: string | undefined,
): Promise<Engine> {
  const watch = await watchExternalServer({
    url: address.url,
    ask: () => askClickHouse(address),
    logger: options.logger,
    startTimeoutMs: options.startTimeoutMs ?? 120_000,
    delay: (ms, signal) => sleep(ms, undefined, { signal }),
  });
  const clients = await openDatabases(address, options.database, cluster).catch(async (error: unknown) => {
    await watch.stop();
    throw error;
  });
  return {
    client: () => clients.whole,
    partialClient: () => clients.partial,
    tableClient: () => clients.tables,
    get status() {
      return watch.status;
    },
    onStatus: watch.onStatus,
    processId: undefined,
    async stop() {
      await watch.stop();
      await Promise.all(Object.values(clients).map((client) => client.close()));
    },
  };
}

/** On one node, three names for one thing. */
async function openDatabases(
  address: Omit<ClickHouseAddress, 'database'>,
  database: string,
  cluster: string | undefined,
): Promise<Record<'whole' | 'partial' | 'tables', ClickHouseClient>> {
  await createDatabase(address, database, cluster);
  if (cluster === undefined) {
    const client = openClickHouse({ ...address, database });
    return { whole: client, partial: client, tables: client };
  }
  await createDatabase(address, shardDatabase(database), cluster);
  return {
    whole: openClickHouse({ ...address, database }, clusterSettings),
    partial: openClickHouse({ ...address, database }, { ...clusterSettings, skip_unavailable_shards: 1 }),
    tables: openClickHouse({ ...address, database: shardDatabase(database) }, clusterSettings),
  };
}

/** A container's limit counts, not the host's memory. */
function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function createDatabase(address: ClickHouseAddress, database: string, cluster?: string): Promise<void> {
  const server = openClickHouse(address);
  try {
    await ensureDatabase(server, database, cluster);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'access-denied',
      `The database ${database} does not exist and could not be created (${reason}). Create it, or give the user the right to.`,
      { cause },
    );
  } finally {
    await server.close();
  }
}
