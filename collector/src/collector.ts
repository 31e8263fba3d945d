import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ClickHouseClient } from '@clickhouse/client';
import { defaultProject } from '@weir/schemas/api';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAlerting } from './alert/alerting.ts';
import { createAccess } from './api/access.ts';
import { alertingRoutes } from './api/alerting.ts';
import { keyRoutes } from './api/keys.ts';
import { withMissingShards } from './api/missing-shards.ts';
import { questionRoutes } from './api/questions.ts';
import { createApp } from './app.ts';
import { databaseOf } from './clickhouse/database.ts';
import { type Engine, startEngine } from './clickhouse/engine.ts';
import { prepareDatabase } from './clickhouse/prepare-database.ts';
import { createShardCheck } from './clickhouse/shards.ts';
import type { Cluster } from './clickhouse/tables.ts';
import { type Config, ConfigError, isLoopback } from './config.ts';
import type { ConnectionLimits } from './connections.ts';
import { createForwarding } from './forward/forwarding.ts';
import { keyVolumes } from './keys/key-volumes.ts';
import { type OpenKeys, openKeys } from './keys/open-keys.ts';
import { freePort, isTakenPort, listenAt, urlOf } from './listening.ts';
import { pause } from './pause.ts';
import { createByteBudget } from './receive/byte-budget.ts';
import { createGrpcServer, type GrpcServer } from './receive/grpc-server.ts';
import { createIngestMetrics } from './receive/ingest-metrics.ts';
import { openReading } from './receive/reading.ts';
import { createReceiver } from './receive/receiver.ts';
import { openValueLimits } from './receive/remembered-values.ts';
import { openRolling } from './rollup/rolling.ts';
import { openStoring } from './storing.ts';
import { createUpkeep } from './upkeep.ts';

/** A running collector. */
export interface Collector {
  /** Where it listens, such as `http://127.0.0.1:4318`: dashboard, API and, under `/v1/traces`, OTLP. */
  readonly url: string;
  /** Where it takes OTLP/gRPC, such as `http://127.0.0.1:4317`; undefined if that is off. */
  readonly grpcUrl: string | undefined;
  /** Process id of the embedded ClickHouse; undefined for an external one and during a restart. */
  clickhouseProcessId(): number | undefined;
  /** Stops taking requests, finishes those under way, and ends the embedded ClickHouse. */
  close(): Promise<void>;
}

export interface CollectorDependencies {
  /** Default: silent. */
  readonly logger?: FastifyBaseLogger;
  /** Wall clock, Unix milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** Of HTTP. Default: `httpLimits`. */
  readonly limits?: ConnectionLimits;
}

const MIGRATIONS = fileURLToPath(new URL('./clickhouse/migrations', import.meta.url));

/** Bytes of all bodies being received at once; memory takes about twice that, for they arrive in pieces. */
const RECEIVING_BYTES = 96 << 20;

/** Requests under way get this long to finish when the collector closes. */
const CLOSE_GRACE_MS = 10_000;

/**
 * Starts a collector and resolves when it takes spans and answers questions.
 *
 * It listens first, so that a taken port is known at once, and takes spans from then on; questions are answered 503
 * until ClickHouse is ready. Only where others can reach it and no key is known does it ask ClickHouse for one before.
 *
 * @throws ConfigError or EngineError with a sentence for the operator
 */
export async function createCollector(
  config: Config,
  dependencies: CollectorDependencies = {},
): Promise<Collector> {
  const { logger = pino({ level: 'silent' }), now = Date.now } = dependencies;
  let engine: Engine | undefined;
  let isMigrated = false;
  const databaseBy = (clientOf: (ready: Engine) => ClickHouseClient) =>
    databaseOf(
      () => engine,
      () => isMigrated,
      clientOf,
    );
  const database = databaseBy((ready) => ready.client());
  const cluster = clusterOf(config);
  // Known before anything that writes links is made.
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const url = urlOf(config.host, port);

  const registry = new Registry();
  const metrics = createIngestMetrics(registry, now);
  const storing = await openStoring({ config, database, logger, now, registry, onLoad: metrics.loaded });
  const values = await openValueLimits({ path: join(config.dataDir, 'dimension-values.json'), logger });
  const monotonic = () => performance.now();
  const senders = await openKeys({
    ...{ config, database, logger, now, monotonic, delay: pause },
    lastSeen: metrics.keys.lastSeen,
  });
  const alerting = createAlerting({
    database,
    projects: () => [defaultProject, ...senders.keys.snapshot.projects.map(({ name }) => name)],
    publicUrl: config.publicUrl ?? url,
    allowPrivateWebhooks: config.allowPrivateWebhooks,
    now,
    storedUpTo: () => now() - (storing.state().oldestSeconds ?? 0) * 1_000,
    random: Math.random,
    delay: (ms, signal) => sleep(ms, undefined, { signal }),
    logger,
    registry,
  });
  const upkeep = createUpkeep({
    ...{ config, cluster, database, logger, now, registry },
    tables: databaseBy((ready) => ready.tableClient()),
    spool: storing.state,
  });
  const rolling = openRolling({
    ...{ database, now, delay: pause, logger, registry },
    storedDays: config.retention.rawDays,
    storedDaysOf: (project) => upkeep.retention.settings.daysOf(project).rawDays,
  });
  const access = createAccess({ ...config, readers: senders.ring });
  const forwarding = createForwarding({
    endpoints: config.forwardTo,
    instance: randomBytes(8).toString('hex'),
    logger,
    registry,
    now: monotonic,
    wallClock: now,
    random: Math.random,
    delay: pause,
  });
  const reading = openReading({
    ...{ workers: config.receiveWorkers, now, delay: pause, logger, registry },
    ...{ spans: storing.sink.spans, values: values.limits, maxAgeMs: upkeep.maxAgeMs },
  });
  const receiver = createReceiver({
    sink: storing.sink,
    read: reading.read,
    metrics,
    budget: createByteBudget(RECEIVING_BYTES),
    maxBodyBytes: config.maxBodyBytes,
    keys: senders.ring,
    forward: forwarding.forward,
  });
  // Questions are answered by the shards that are there, and say which are not; everything else needs all of them.
  const answering = databaseBy((ready) => ready.partialClient());
  const shardCheck = cluster && createShardCheck(() => answering.client(), cluster.name);
  const { maxBodyBytes } = config;
  const grpc = createGrpcServer({ receiver, metrics, maxBodyBytes, logger, now: monotonic });
  const app = await createApp({
    database,
    engineStatus: () => engine?.status ?? 'starting',
    receiver,
    keys: senders.ring,
    keyVolumes: () => keyVolumes(metrics.keys, senders.keys.snapshot),
    access,
    forwarded: forwarding.counts,
    registry,
    metrics,
    spool: storing.state,
    retention: upkeep.retention.state,
    shards: shardCheck,
    apiPlugins: [
      withMissingShards(questionRoutes({ database: answering, coverage: rolling.coverage, now }), shardCheck),
      alertingRoutes({ alerting, now }),
      keyRoutes({ ...senders, volumeOf: metrics.keys.of, hasEnvironmentKey: config.ingestKey !== undefined }),
      ...upkeep.apiPlugins,
    ],
    dashboardDir: config.dashboardDir,
    maxBodyBytes,
    endpoint: `${config.publicUrl?.replace(/\/+$/, '') ?? url}/v1/traces`,
    logger,
    now,
    monotonic,
    ...(dependencies.limits && { limits: dependencies.limits }),
  });
  let grpcPort: number | undefined;

  async function close(): Promise<void> {
    await Promise.all([
      closeWithin(app, CLOSE_GRACE_MS),
      grpc.close(CLOSE_GRACE_MS),
      alerting.stop(),
      rolling.stop(),
      upkeep.stop(),
    ]);
    await Promise.all([
      reading.close(),
      storing.close(),
      forwarding.close(),
      senders.close(),
      values.close(),
    ]);
    await engine?.stop();
  }
  async function startClickHouse(): Promise<void> {
    engine = await startEngine({ server: serverOf(config), database: config.database, logger });
    await prepareDatabase(engine, { migrations: MIGRATIONS, cluster, logger });
    isMigrated = true;
  }
  try {
    collectDefaultMetrics({ register: registry });
    const isKeyKnown = senders.ring.hasUsable || isLoopback(config.host);
    if (!isKeyKnown) {
      await startClickHouse();
      await requireKey(senders, config.host);
    }
    grpcPort = await listen(config, { app, port, grpc, logger });
    if (isKeyKnown) await startClickHouse();
    storing.start();
    alerting.start();
    rolling.start();
    senders.start();
    await upkeep.start();
  } catch (error) {
    await close();
    throw error;
  }
  const grpcUrl = grpcPort === undefined ? undefined : urlOf(config.host, grpcPort);
  return { url, grpcUrl, clickhouseProcessId: () => engine?.processId, close };
}

/** Nobody opens the way into a database to a network by forgetting a key. */
async function requireKey({ keys, ring }: OpenKeys, host: string): Promise<void> {
  await keys.refresh();
  if (ring.hasUsable) return;
  throw new ConfigError(
    `WEIR_HOST is ${host}, which others can reach, and there is no ingest key: set WEIR_INGEST_KEY, or start on 127.0.0.1 once and create one with \`npm run keys -- create\`.`,
  );
}

function clusterOf({ clickhouse, database }: Config): Cluster | undefined {
  return clickhouse?.cluster === undefined ? undefined : { name: clickhouse.cluster, database };
}

function serverOf(config: Config): Parameters<typeof startEngine>[0]['server'] {
  if (config.clickhouse === undefined) return { kind: 'embedded', dataDir: config.dataDir };
  const { cluster, ...address } = config.clickhouse;
  return { kind: 'external', address, ...(cluster !== undefined && { cluster }) };
}

interface Listeners {
  readonly app: FastifyInstance;
  readonly port: number;
  readonly grpc: GrpcServer;
  readonly logger: FastifyBaseLogger;
}

/** @returns the port of gRPC */
async function listen(config: Config, { app, port, grpc, logger }: Listeners): Promise<number | undefined> {
  const { host } = config;
  try {
    const listening = await listenForGrpc(config, grpc);
    await listenAt({ host, port, variable: 'WEIR_PORT' }, () => app.listen({ host, port }));
    if (listening.status === 'taken') logger.warn(listening.message);
    return listening.status === 'listening' ? listening.port : undefined;
  } catch (error) {
    await Promise.all([app.close(), grpc.close(0)]);
    throw error;
  }
}

type GrpcListening =
  | { readonly status: 'off' }
  | { readonly status: 'listening'; readonly port: number }
  | { readonly status: 'taken'; readonly message: string };

async function listenForGrpc(
  { host, grpcPort, isGrpcOptional }: Config,
  grpc: GrpcServer,
): Promise<GrpcListening> {
  if (grpcPort === undefined) return { status: 'off' };
  try {
    const port = await listenAt({ host, port: grpcPort, variable: 'WEIR_GRPC_PORT' }, grpc.listen);
    return { status: 'listening', port };
  } catch (error) {
    const isTaken = error instanceof ConfigError && isTakenPort(error.cause);
    if (!isTaken || !isGrpcOptional) throw error;
    const message = `${error.message} Until then there is no OTLP over gRPC; OTLP over HTTP works.`;
    return { status: 'taken', message };
  }
}

/** Idle connections close at once, those in use when their answer is sent or the grace is over. */
async function closeWithin(app: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(timer);
}
