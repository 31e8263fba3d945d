import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseServer } from './clickhouse-server.ts';

export interface OtelcolProcess {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

export interface OtelcolOptions {
  /** The program. */
  readonly path: string;
  readonly clickhouse: ClickHouseServer;
  readonly database: string;
  /** `file`: what is acknowledged is synced to its file storage first. */
  readonly queue: 'memory' | 'file';
}

export async function startOtelcolProcess(options: OtelcolOptions): Promise<OtelcolProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-bench-otelcol-'));
  const port = await freePort();
  const config = join(directory, 'config.json');
  const storage = join(directory, 'queue');
  await mkdir(storage);
  // YAML reads JSON.
  await writeFile(config, JSON.stringify(configOf(options, port, storage)), { mode: 0o600 });
  const child = spawn(options.path, ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2_000);
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await listens(url))) {
    if (child.exitCode !== null) throw new Error(`otelcol did not start: ${said}`);
    await sleep(50);
  }
  return {
    pid: child.pid ?? -1,
    url,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Set up as the documents of its exporter and of its queue advise: batches of thousands of spans for each insert, a queue
 * that makes senders wait and loses nothing while ClickHouse is slow, and inserts that are stored when they are answered.
 */
function configOf({ clickhouse, database, queue }: OtelcolOptions, port: number, storage: string) {
  const batch = { flush_timeout: '500ms', min_size: 8_192, max_size: 32_768, sizer: 'items' };
  return {
    extensions: queue === 'file' ? { file_storage: { directory: storage, fsync: true, timeout: '10s' } } : {},
    receivers: {
      otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}`, max_request_body_size: 64 << 20 } } },
    },
    exporters: {
      clickhouse: {
        endpoint: `${clickhouse.url}?dial_timeout=5s`,
        username: clickhouse.username,
        password: clickhouse.password,
        database,
        async_insert: false,
        create_schema: true,
        timeout: '30s',
        sending_queue: {
          enabled: true,
          queue_size: 256,
          sizer: 'requests',
          block_on_overflow: true,
          num_consumers: 4,
          batch,
          ...(queue === 'file' && { storage: 'file_storage' }),
        },
        retry_on_failure: { enabled: true, max_elapsed_time: 0 },
      },
    },
    service: {
      extensions: queue === 'file' ? ['file_storage'] : [],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['clickhouse'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
  };
}

async function listens(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/v1/traces`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer !== undefined;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has no port');
  return address.port;
}
