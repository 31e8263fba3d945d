import type { ClickHouseServer } from './clickhouse-server.ts';
import { startCollectorProcess } from './collector-process.ts';
import { startOtelcolProcess } from './otelcol-process.ts';

/** A collector that is measured. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  start(clickhouse: ClickHouseServer): Promise<RunningSubject>;
}

export interface RunningSubject {
  readonly pid: number;
  readonly url: string;
  /** Rows in its table: what it has stored so far. */
  storedSpans(): Promise<number>;
  stop(): Promise<void>;
}

export function weir(workers: number, nodeOptions: readonly string[] = []): Subject {
  return {
    name: 'weir',
    title: 'Weir',
    async start(clickhouse) {
      const database = await emptyDatabase(clickhouse, 'weir_bench');
      const env = {
        CLICKHOUSE_URL: clickhouse.url,
        CLICKHOUSE_USER: clickhouse.username,
        CLICKHOUSE_PASSWORD: clickhouse.password,
        CLICKHOUSE_DATABASE: database,
        WEIR_RECEIVE_WORKERS: String(workers),
      };
      const running = await startCollectorProcess(env, nodeOptions);
      return {
        ...running,
        storedSpans: () => rowsOf(clickhouse, `${database}.streams`),
      };
    },
  };
}

/** @param path of the program */
export function otelcol(path: string, queue: 'memory' | 'file'): Subject {
  return {
    name: `otelcol-${queue}`,
    title: `otelcol, queue in ${queue === 'memory' ? 'memory' : 'a file, synced'}`,
    async start(clickhouse) {
      const database = await emptyDatabase(clickhouse, 'otelcol_bench');
      const running = await startOtelcolProcess({ path, clickhouse, database, queue });
      return { ...running, storedSpans: () => rowsOf(clickhouse, `${database}.otel_traces`) };
    },
  };
}

async function emptyDatabase({ client }: ClickHouseServer, database: string): Promise<string> {
  await client.command({ query: `DROP DATABASE IF EXISTS ${database} SYNC` });
  await client.command({ query: `CREATE DATABASE ${database}` });
  return database;
}

async function rowsOf({ client }: ClickHouseServer, table: string): Promise<number> {
  const answer = await client.query({
    query: `SELECT toFloat64(count()) AS rows FROM ${table}`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ rows: number }>();
  return row?.rows ?? 0;
}
