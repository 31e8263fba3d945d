import type { FastifyPluginAsync } from 'fastify';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../clickhouse/database.ts';
import type { EngineStatus } from '../clickhouse/engine.ts';

export interface HealthDependencies {
  readonly database: Database;
  readonly engineStatus: () => EngineStatus;
  readonly registry: Registry;
}

/**
 * For what runs this process: `/healthz` answers 200 while it lives, `/readyz` while it can store and answer (else 503),
 * `/metrics` in Prometheus' text format.
 */
export const healthRoutes: FastifyPluginAsync<HealthDependencies> = async (app, dependencies) => {
  const { database, engineStatus, registry } = dependencies;

  new Gauge({
    name: 'weir_clickhouse_ready',
    help: 'Whether ClickHouse takes inserts and questions: 1 or 0.',
    registers: [registry],
    collect() {
      this.set(database.ready ? 1 : 0);
    },
  });

  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'alive' }));

  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    if (!database.ready) reply.code(503).header('retry-after', 2);
    return { status: database.ready ? 'ready' : 'not_ready', clickhouse: engineStatus() };
  });

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
};
