/**
 * What it costs that ClickHouse syncs the rows of a segment before it says that it has them.
 *
 *     node bench/insert-fsync.ts [--inserts 40]
 *
 * The same segments into the embedded ClickHouse, by turns with and without `fsync_after_insert`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEngine } from '../collector/src/clickhouse/engine.ts';
import { clusterMacros, migrate } from '../collector/src/clickhouse/migrations.ts';
import { insertStreamsWith } from '../collector/src/load/insert-streams.ts';
import { createRequestReader } from '../collector/src/receive/read-request.ts';
import { otlpPayloads } from './ingest/otlp-payloads.ts';

const { values: options } = parseArgs({ options: { inserts: { type: 'string', default: '40' } } });
const SPANS = 500;
const ROWS = [500, 2_500, 50_000];

const silent = () => undefined;
const logger = { info: silent, warn: silent, error: silent };
const dataDir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
const engine = await startEngine({ server: { kind: 'embedded', dataDir }, database: 'weir', logger });
try {
  const client = () => engine.client();
  const directory = fileURLToPath(new URL('../collector/src/clickhouse/migrations', import.meta.url));
  await migrate({ client: client(), directory, macros: clusterMacros(undefined), logger });
  const insert = insertStreamsWith(client);
  const { protobuf } = await otlpPayloads(SPANS, 1);
  const read = createRequestReader({ now: Date.now, spans: { add: () => true, remove: silent } });
  const request = read(protobuf, 'protobuf', 'default');
  if (request.status !== 'ok') throw new Error(request.reason);

  process.stdout.write(
    '| rows in a segment | p50 with sync | p50 without | p95 with | p95 without |\n|---|---|---|---|---|\n',
  );
  for (const rows of ROWS) {
    const records = Array.from({ length: rows / SPANS }, () => request.batch);
    const times: { readonly [sync: number]: number[] } = { 0: [], 1: [] };
    for (let number = 0; number < Number(options.inserts); number += 1) {
      const sync = number % 2;
      const setting = `fsync_after_insert = ${sync}, fsync_part_directory = ${sync}`;
      await client().command({ query: `ALTER TABLE streams MODIFY SETTING ${setting}` });
      const name = `${rows}-${number}`;
      const startedAt = performance.now();
      const result = await insert({ segment: name, token: name, records });
      if (result.status !== 'stored') throw new Error(result.reason);
      times[sync]?.push(performance.now() - startedAt);
    }
    const cells = [0.5, 0.95].flatMap((q) => [quantile(times[1] ?? [], q), quantile(times[0] ?? [], q)]);
    process.stdout.write(`| ${rows} | ${cells.map((ms) => `${ms.toFixed(0)} ms`).join(' | ')} |\n`);
  }
} finally {
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? Number.NaN;
}
