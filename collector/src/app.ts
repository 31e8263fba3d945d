import fastifyCompress from '@fastify/compress';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Registry } from 'prom-client';
import type { Access } from './api/access.ts';
import { serveDashboard } from './api/dashboard.ts';
import { answerError } from './api/error-handler.ts';
import { healthRoutes } from './api/health.ts';
import { describeApi } from './api/openapi.ts';
import { type PipelineDependencies, pipelineRoutes } from './api/pipeline.ts';
import type { ApiPlugin } from './api/routes.ts';
import { addSecurityHeaders } from './api/security-headers.ts';
import { countBrokenRequest } from './broken-request.ts';
import type { Database } from './clickhouse/database.ts';
import type { EngineStatus } from './clickhouse/engine.ts';
import { type ConnectionLimits, httpLimits, limitConnections } from './connections.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { IngestMetrics } from './receive/ingest-metrics.ts';
import type { Receiver } from './receive/receiver.ts';
import { tracesRoute } from './receive/traces-route.ts';
import type { SpoolState } from './spool/spool.ts';

export interface AppDependencies {
  readonly database: Database;
  readonly engineStatus: () => EngineStatus;
  /** Takes spans. */
  readonly receiver: Receiver;
  /** Who may send. */
  readonly keys: Pick<KeyRing, 'senderOf' | 'allowsOrigin'>;
  /** What came with each key. */
  readonly keyVolumes: PipelineDependencies['keys'];
  /** Who may read. */
  readonly access: Access;
  /** What was passed on to other endpoints. */
  readonly forwarded: PipelineDependencies['forwarded'];
  readonly registry: Registry;
  readonly metrics: IngestMetrics;
  /** What waits for ClickHouse. */
  readonly spool: () => SpoolState;
  readonly retention: PipelineDependencies['retention'];
  readonly shards: PipelineDependencies['shards'];
  /** Registered under `/api/v1`. */
  readonly apiPlugins: readonly ApiPlugin[];
  readonly dashboardDir: string;
  readonly maxBodyBytes: number;
  /** Where to send OTLP. */
  readonly endpoint: string;
  readonly logger: FastifyBaseLogger;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Monotonic, milliseconds. */
  readonly monotonic: () => number;
  /** Default: `httpLimits`. */
  readonly limits?: ConnectionLimits;
}

/** Largest body of the API; a rule is a few hundred bytes. */
const API_BODY_BYTES = 64 << 10;

/** Smaller answers fit in one packet as they are. */
const COMPRESSED_BYTES = 1_400;

/** Routes that do not ask who reads: probes, and ingest, which has a key of its own. `/v1*` answers CORS preflights. */
const openRoutes: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/v1/traces', '/v1*']);

/** The application: everything that answers HTTP, as one function of what it depends on. */
export async function createApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { database, engineStatus, access, metrics, registry, now, limits = httpLimits } = dependencies;
  const app = Fastify({
    loggerInstance: dependencies.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: API_BODY_BYTES,
    // A sender that trickles its request holds a connection no longer than this.
    requestTimeout: limits.requestMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs },
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { removeAdditional: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  limitConnections(app.server, {
    max: limits.connections,
    now: dependencies.monotonic,
    onClosed: (why) => metrics.closed('http', why),
  });
  app.server.on('clientError', (error) => countBrokenRequest(error, metrics));

  // Answers are typed; a second, generated serialiser would only be another place to be wrong.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(answerError);
  addSecurityHeaders(app);
  app.addHook('onRequest', async (request) => {
    if (!openRoutes.has(request.routeOptions.url)) access.checkReader(request);
  });

  await describeApi(app);
  await app.register(healthRoutes, { database, engineStatus, registry });
  await app.register(tracesRoute, {
    prefix: '/v1',
    receiver: dependencies.receiver,
    keys: dependencies.keys,
    metrics,
    maxBodyBytes: dependencies.maxBodyBytes,
  });
  // For routes that follow: answers to senders are a few bytes.
  await app.register(fastifyCompress, {
    encodings: ['br', 'gzip'],
    threshold: COMPRESSED_BYTES,
    globalDecompression: false,
  });
  const { endpoint, forwarded, spool, retention, shards } = dependencies;
  const received = metrics.counts;
  const pipeline = pipelineRoutes({
    ...{
      database,
      engineStatus,
      received,
      forwarded,
      spool,
      retention,
      shards,
      endpoint,
      keys: dependencies.keyVolumes,
    },
    startedAt: now(),
  });
  for (const plugin of [pipeline, ...dependencies.apiPlugins]) {
    await app.register(plugin, { prefix: '/api/v1' });
  }
  await serveDashboard(app, dependencies.dashboardDir);
  return app;
}
