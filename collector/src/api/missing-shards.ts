import type { MissingShards } from '@weir/schemas/api';
import type { FastifyRequest } from 'fastify';
import type { ShardStatus } from '../clickhouse/shards.ts';
import type { ApiPlugin } from './routes.ts';

/**
 * Makes answers say what they lack: which shards of the cluster did not answer just before or just after the question,
 * in the field `missingShards` of a JSON object and in the header `weir-missing-shards`.
 *
 * @param check undefined where there are no shards
 */
export function withMissingShards(
  plugin: ApiPlugin,
  check: (() => Promise<ShardStatus>) | undefined,
): ApiPlugin {
  if (check === undefined) return plugin;
  const before = new WeakMap<FastifyRequest, ShardStatus>();
  return async (app) => {
    app.addHook('preHandler', async (request) => {
      before.set(request, await check());
    });
    app.addHook('preSerialization', async (request, reply, payload) => {
      const lacking = await missingSince(request);
      if (lacking === undefined) return payload;
      reply.header(MISSING_SHARDS_HEADER, lacking.missing.join(', '));
      return isRecord(payload) ? { ...payload, missingShards: lacking } : payload;
    });
    // What is text already, as CSV, is not serialized.
    app.addHook('onSend', async (request, reply, payload) => {
      if (reply.hasHeader(MISSING_SHARDS_HEADER) || reply.statusCode >= 400) return payload;
      const lacking = await missingSince(request);
      if (lacking !== undefined) reply.header(MISSING_SHARDS_HEADER, lacking.missing.join(', '));
      return payload;
    });
    await app.register(plugin);
  };

  async function missingSince(request: FastifyRequest): Promise<MissingShards | undefined> {
    const after = await check?.();
    const numbers = [...(before.get(request)?.missing ?? []), ...(after?.missing ?? [])];
    const missing = [...new Set(numbers)].toSorted((a, b) => a - b);
    return missing.length === 0 ? undefined : { shards: after?.shards ?? missing.length, missing };
  }
}

const MISSING_SHARDS_HEADER = 'weir-missing-shards';

function isRecord(payload: unknown): payload is Record<string, unknown> {
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload);
}
