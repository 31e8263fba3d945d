import { createHash } from 'node:crypto';
import { join } from 'node:path';

export const ENGINE_USER = 'weir';

export interface EngineSizing {
  /** Hard limit for all queries and merges together. */
  memoryBytes: number;
  /** Threads that merge and move parts. */
  backgroundThreads: number;
}

/**
 * Share of the machine the embedded server may take: the rest belongs to the collector, the page cache that ClickHouse
 * reads through, and whatever else the user runs.
 */
export function sizeEngine(machine: { memoryBytes: number; cores: number }): EngineSizing {
  const gibibyte = 1024 ** 3;
  return {
    memoryBytes: Math.floor(Math.max(gibibyte, machine.memoryBytes / 2)),
    backgroundThreads: Math.min(16, Math.max(2, machine.cores)),
  };
}

export interface EngineConfigOptions {
  dataDir: string;
  httpPort: number;
  password: string;
  sizing: EngineSizing;
}

type XmlNode = string | number | XmlNode[] | { [tag: string]: XmlNode };

/** Text of the server's configuration file. It holds the credentials: store it readable by its owner alone. */
export function engineConfig(options: EngineConfigOptions): string {
  const { dataDir, httpPort, password, sizing } = options;
  return toXml('clickhouse', {
    path: `${engineDataPath(dataDir)}/`,
    users_config: engineConfigPath(dataDir, httpPort),
    listen_host: '127.0.0.1',
    http_port: httpPort,
    http_handlers: httpHandlers(password),
    timezone: 'UTC',
    logger: { log: engineLogPath(dataDir), size: '10M', count: 3 },
    // BACKUP and RESTORE reach no other file.
    backups: { allowed_path: engineBackupPath(dataDir) },
    ...resourceLimits(sizing),
    ...users(password),
  });
}

/**
 * Nothing but the health check answers without the exact credentials. `default` must stay usable for the session that
 * starts the server, and ClickHouse cannot tell that session from a loopback connection by its address.
 */
function httpHandlers(password: string): XmlNode {
  const credentials = Buffer.from(`${ENGINE_USER}:${password}`).toString('base64');
  return {
    rule: [
      { url: '/ping', handler: { type: 'ping' } },
      {
        headers: { Authorization: `Basic ${credentials}` },
        handler: { type: 'dynamic_query_handler', query_param_name: 'query' },
      },
    ],
  };
}

/** Everything inside the database, nothing that reaches files or other machines: a query is never a way out. */
const ENGINE_USER_GRANTS = [
  'GRANT SHOW, CHECK, SELECT, INSERT, ALTER, CREATE, DROP, UNDROP TABLE, TRUNCATE, OPTIMIZE ON *.*',
  'GRANT KILL QUERY, SYSTEM, BACKUP, dictGet ON *.*',
  'GRANT TABLE ENGINE ON *',
];

function users(password: string): Record<string, XmlNode> {
  const shared = { networks: { ip: '127.0.0.1' }, profile: 'default', quota: 'default' };
  return {
    profiles: { default: '' },
    quotas: { default: '' },
    users: {
      default: {
        ...shared,
        no_password: '',
        grants: {
          query: ['GRANT SYSTEM LISTEN ON *.*', 'GRANT CREATE TEMPORARY TABLE ON *.*', 'GRANT READ ON FILE'],
        },
      },
      [ENGINE_USER]: {
        ...shared,
        password_sha256_hex: createHash('sha256').update(password).digest('hex'),
        grants: { query: ENGINE_USER_GRANTS },
      },
    },
  };
}

function resourceLimits(sizing: EngineSizing): Record<string, XmlNode> {
  // ClickHouse holds back large merges and mutations until this many slots are free; its defaults suppose a pool of 32
  // slots and would hold them back for ever in a small one. Slots are twice the threads.
  const freeSlots = sizing.backgroundThreads;
  return {
    max_server_memory_usage: sizing.memoryBytes,
    mark_cache_size: Math.floor(sizing.memoryBytes / 10),
    background_pool_size: sizing.backgroundThreads,
    background_schedule_pool_size: Math.max(4, sizing.backgroundThreads),
    merge_tree: {
      number_of_free_entries_in_pool_to_execute_mutation: freeSlots,
      number_of_free_entries_in_pool_to_lower_max_size_of_merge: freeSlots,
      number_of_free_entries_in_pool_to_execute_optimize_entire_partition: freeSlots,
    },
    // The only drops here are retention's, which must not stop at ClickHouse's guard for human mistakes (50 GB).
    max_table_size_to_drop: 0,
    max_partition_size_to_drop: 0,
    // Longer than the client keeps an idle connection, so that the server never closes one under a request.
    keep_alive_timeout: 30,
  };
}

/** One file a server: a second one on the same directory must not overwrite what the first may read again. */
export function engineConfigPath(dataDir: string, httpPort: number): string {
  return join(dataDir, `clickhouse-${httpPort}.xml`);
}

export function isEngineConfig(fileName: string): boolean {
  return /^clickhouse-\d+\.xml$/.test(fileName);
}

export function engineDataPath(dataDir: string): string {
  return join(dataDir, 'clickhouse');
}

/** Backups are made here, and moved from here to where they are wanted. */
export function engineBackupPath(dataDir: string): string {
  return join(dataDir, 'backups');
}

export function engineLogPath(dataDir: string): string {
  return join(dataDir, 'logs', 'clickhouse.log');
}

function toXml(tag: string, node: XmlNode): string {
  if (Array.isArray(node)) return node.map((item) => toXml(tag, item)).join('');
  const content =
    typeof node === 'object'
      ? Object.entries(node)
          .map(([child, value]) => toXml(child, value))
          .join('\n')
      : escapeXml(String(node));
  return `<${tag}>${content}</${tag}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
