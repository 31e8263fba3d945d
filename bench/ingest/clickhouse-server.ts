import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { askClickHouse, openClickHouse } from '../../collector/src/clickhouse/clickhouse-client.ts';
import { prepareEmbeddedServer } from '../../collector/src/clickhouse/embedded-server.ts';
import { engineConfigPath, sizeEngine } from '../../collector/src/clickhouse/engine-config.ts';
import { locateEngineLibrary } from '../../collector/src/clickhouse/engine-library.ts';

/** The server that every collector of a run stores into. */
export interface ClickHouseServer {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Absent when it runs elsewhere, so that its CPU time is not known. */
  readonly pid?: number;
  readonly client: ClickHouseClient;
  stop(): Promise<void>;
}

/** That of `CLICKHOUSE_URL`, or an embedded one in a directory of its own. */
export async function startClickHouse(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ClickHouseServer> {
  const url = env.CLICKHOUSE_URL;
  if (url === undefined || url === '') return startEmbedded();
  const username = env.CLICKHOUSE_USER ?? 'default';
  const password = env.CLICKHOUSE_PASSWORD ?? '';
  const client = openClickHouse({ url, username, password });
  return { url, username, password, client, stop: () => client.close() };
}

async function startEmbedded(): Promise<ClickHouseServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-bench-clickhouse-'));
  const server = await prepareEmbeddedServer({
    libraryPath: locateEngineLibrary({ os: process.platform, arch: process.arch }),
    dataDir,
    sizing: sizeEngine({ memoryBytes: 8 * 2 ** 30, cores: 2 }),
    answers: async (address) => (await askClickHouse(address)).status === 'answered',
    lockWaitMs: 1_000,
    startTimeoutMs: 60_000,
  });
  const { url, username = '', password = '' } = server.address;
  // The client of otelcol's exporter names itself in other headers than the only ones that ours lets in.
  const config = engineConfigPath(dataDir, Number(new URL(url).port));
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace(/<http_handlers>.*<\/http_handlers>/s, ''));
  const running = await server.launch(new AbortController().signal);
  const client = openClickHouse({ url, username, password });
  return {
    ...{ url, username, password, client, pid: running.pid },
    async stop() {
      await client.close();
      await running.stop(5_000);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
