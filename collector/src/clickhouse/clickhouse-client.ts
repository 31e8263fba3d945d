import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import type { ServerAnswer } from './external-server.ts';

export interface ClickHouseAddress {
  /** `http://host:8123`; a user and password inside the URL count when the fields below are absent. */
  url: string;
  username?: string;
  password?: string;
  database?: string;
}

/** What every statement needs on a cluster. */
export const clusterSettings: ClickHouseSettings = {
  // The answer must mean that every shard has its rows.
  distributed_foreground_insert: 1,
  // A question within a question is asked of all shards as well.
  distributed_product_mode: 'global',
};

/**
 * The one place that makes a client, for the embedded server and for any other. The caller closes it.
 *
 * @param settings of every request that does not say otherwise
 */
export function openClickHouse(
  address: ClickHouseAddress,
  settings: ClickHouseSettings = {},
): ClickHouseClient {
  return createClient({
    ...address,
    application: 'weir',
    // Above the longest time limit that a query sets for itself, so that the server's own, better message comes first.
    request_timeout: 120_000,
    max_open_connections: 32,
    // Requests are Native blocks, compact already; compressing them costs the loader more than the network saves.
    compression: { request: false, response: !isLoopback(address.url) },
    keep_alive: { enabled: true, idle_socket_ttl: 2_500 },
    // Times are UTC everywhere, whatever the server's own time zone is.
    clickhouse_settings: { session_timezone: 'UTC', ...settings },
    // Every failure reaches its caller as an exception, which logs it with more context.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

const AUTHENTICATION_FAILED = '516';

/** Asks the smallest question with the address's credentials. */
export async function askClickHouse(address: ClickHouseAddress): Promise<ServerAnswer> {
  const client = openClickHouse(address);
  try {
    const answer = await client.ping({ select: true });
    if (answer.success) return { status: 'answered' };
    const refused = answer.error instanceof ClickHouseError && answer.error.code === AUTHENTICATION_FAILED;
    return { status: refused ? 'refused' : 'silent', reason: firstLine(answer.error) };
  } finally {
    await client.close();
  }
}

/**
 * Creates the database unless it exists; looks first, because a user who may use it need not be allowed to create it.
 *
 * @param server a client that has no database selected: ClickHouse refuses every query that names a missing one
 */
export async function ensureDatabase(
  server: ClickHouseClient,
  database: string,
  cluster: string | undefined,
): Promise<void> {
  const answer = await server.query({
    query: 'SELECT count() > 0 AS found FROM system.databases WHERE name = {database:String}',
    query_params: { database },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ found: 0 | 1 | boolean }>();
  if (row?.found) return;
  const onCluster = cluster === undefined ? '' : 'ON CLUSTER {cluster:Identifier}';
  await server.command({
    query: `CREATE DATABASE IF NOT EXISTS {database:Identifier} ${onCluster}`,
    query_params: cluster === undefined ? { database } : { database, cluster },
  });
}

/** Connection errors carry a code and an empty message; ClickHouse's own have explanations of many lines. */
function firstLine(error: Error & { code?: unknown }): string {
  return error.message.split('\n', 1)[0] || String(error.code ?? error.name);
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
