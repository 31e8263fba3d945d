import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAlerting } from './alert/alerting.ts';
import { createAccess } from './api/access.ts';
import { alertingRoutes } from './api/alerting.ts';
import { questionRoutes } from './api/questions.ts';
import { createApp } from './app.ts';
import { databaseOf } from './clickhouse/database.ts';
import { type Engine, startEngine } from './clickhouse/engine.ts';
import { clusterMacros, migrate } from './clickhouse/migrations.ts';
import { type Config, ConfigError } from './config.ts';
import { createGroupingSink } from './load/grouping-sink.ts';
import { insertStreamsWith } from './load/insert-streams.ts';
import { createIngestMetrics } from './receive/ingest-metrics.ts';

/** A running collector. */
export interface Collector {
  /** Where it listens, such as `http://127.0.0.1:4318`: dashboard, API and, under `/v1/traces`, OTLP. */
  readonly url: string;
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
}

const MIGRATIONS = fileURLToPath(new URL('./clickhouse/migrations', import.meta.url));

/** Requests under way get this long to finish when the collector closes. */
const CLOSE_GRACE_MS = 10_000;

/**
 * Starts a collector and resolves when it takes spans and answers questions.
 *
 * It listens first, so that a taken port is known at once; until ClickHouse is ready it answers 503 with `Retry-After`.
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
  const database = databaseOf(
    () => engine,
    () => isMigrated,
  );
  // Known before anything that writes links is made.
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const url = urlOf(config.host, port);

  const registry = new Registry();
  const metrics = createIngestMetrics(registry, now);
  const sink = createGroupingSink({
    insert: insertStreamsWith(() => database.client()),
    isReady: () => database.ready,
    logger,
    now: () => performance.now(),
    delay: pause,
    onInsert: metrics.inserted,
  });
  metrics.watch(sink);
  const alerting = createAlerting({
    database,
    publicUrl: config.publicUrl ?? url,
    allowPrivateWebhooks: config.allowPrivateWebhooks,
    now,
    random: Math.random,
    delay: (ms, signal) => sleep(ms, undefined, { signal }),
    logger,
    registry,
  });
  const app = await createApp({
    database,
    engineStatus: () => engine?.status ?? 'starting',
    sink,
    access: createAccess(config),
    registry,
    metrics,
    apiPlugins: [questionRoutes({ database, now }), alertingRoutes({ alerting, now })],
    dashboardDir: config.dashboardDir,
    maxBodyBytes: config.maxBodyBytes,
    endpoint: `${config.publicUrl?.replace(/\/+$/, '') ?? url}/v1/traces`,
    logger,
    now,
  });
  await listen(app, config.host, port);

  async function close(): Promise<void> {
    await Promise.all([closeWithin(app, CLOSE_GRACE_MS), alerting.stop()]);
    await sink.close();
    await engine?.stop();
  }
  try {
    collectDefaultMetrics({ register: registry });
    engine = await startEngine({ server: serverOf(config), database: config.database, logger });
    const macros = clusterMacros(config.clickhouse?.cluster);
    await migrate({ client: engine.client(), directory: MIGRATIONS, macros, logger });
    isMigrated = true;
    alerting.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url, clickhouseProcessId: () => engine?.processId, close };
}

function serverOf(config: Config): Parameters<typeof startEngine>[0]['server'] {
  if (config.clickhouse === undefined) return { kind: 'embedded', dataDir: config.dataDir };
  const { cluster, ...address } = config.clickhouse;
  return { kind: 'external', address, ...(cluster !== undefined && { cluster }) };
}

/** Resolves after the time, or at once when the signal aborts. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new ConfigError(listenSentence((cause as NodeJS.ErrnoException).code, host, port, cause), {
      cause,
    });
  }
}

function listenSentence(code: string | undefined, host: string, port: number, cause: unknown): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken: stop what listens there, or choose another port with WEIR_PORT.`;
    case 'EACCES':
      return `This user may not listen on port ${port}: choose one from 1024 up with WEIR_PORT.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `WEIR_HOST must be an address of this machine; ${host} is not.`;
    default:
      return `Listening on ${host}:${port} failed (${cause instanceof Error ? cause.message : cause}).`;
  }
}

/** Idle connections close at once, those in use when their answer is sent or the grace is over. */
async function closeWithin(app: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(timer);
}

async function freePort(host: string): Promise<number> {
  const probe = createServer();
  probe.listen(0, host);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has no port');
  return address.port;
}

/** For a wildcard address, one that can be opened. */
function urlOf(host: string, port: number): string {
  const opened = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${opened.includes(':') ? `[${opened}]` : opened}:${port}`;
}
