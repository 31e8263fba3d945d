/**
 * What a row costs ClickHouse by the size of its segment and the layout of its part: `node bench/ingest/segments.ts`.
 *
 * CPU time of the embedded ClickHouse, without merges: parts of a file for each column, and of one file for all.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { startEngine } from '../../collector/src/clickhouse/engine.ts';
import { migrated } from '../../collector/src/clickhouse/testing/migrated.ts';
import { insertStreamsWith } from '../../collector/src/load/insert-streams.ts';
import { createRequestReader } from '../../collector/src/receive/read-request.ts';
import type { Batch } from '../../collector/src/spool/sink.ts';
import { recordSpans, SPANS_A_REQUEST } from './genai-spans.ts';

import { cpuSeconds } from './process-usage.ts';

const REQUESTS_A_SEGMENT = [5, 10, 20, 40, 80];
const ROWS_A_ROUND = 40_000;
const ROUNDS = 3;
const wideFromBytes = { 'a file a column': 0, 'one file': 1 << 28 };

const silent = () => undefined;
const logger = { info: silent, warn: silent, error: silent };
const dataDir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
const engine = await startEngine({ server: { kind: 'embedded', dataDir }, database: 'weir', logger });
try {
  await migrated(engine.client());
  const client = engine.client();
  await client.command({ query: 'SYSTEM STOP MERGES' });
  const insert = insertStreamsWith(() => client);
  const batches = await read(Math.max(...REQUESTS_A_SEGMENT));
  print('| Rows in a segment | Part | CPU time a row, µs | Time a row, µs |\n| --: | --- | --: | --: |');
  for (const requests of REQUESTS_A_SEGMENT) {
    for (const [layout, bytes] of Object.entries(wideFromBytes)) {
      const setting = `min_bytes_for_wide_part = ${bytes}`;
      await client.command({ query: `ALTER TABLE streams MODIFY SETTING ${setting}` });
      const costs = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        costs.push(await costOf(batches.slice(0, requests), `${layout} ${requests} ${round}`));
        await client.command({ query: 'TRUNCATE TABLE streams' });
      }
      const [, middle] = costs.toSorted((a, b) => a.cpu - b.cpu);
      const rows = requests * SPANS_A_REQUEST;
      print(`| ${rows} | ${layout} | ${middle?.cpu.toFixed(1)} | ${middle?.elapsed.toFixed(1)} |`);
    }
  }

  /** Microseconds a row. */
  async function costOf(records: readonly Batch[], name: string): Promise<{ cpu: number; elapsed: number }> {
    const rows = records.length * SPANS_A_REQUEST;
    const inserts = Math.ceil(ROWS_A_ROUND / rows);
    const cpu = await cpuSeconds(engine.processId ?? -1);
    const startedAt = performance.now();
    for (let number = 0; number < inserts; number += 1) {
      const segment = `${name} ${number}`;
      const result = await insert({ segment, token: segment, records });
      if (result.status !== 'stored') throw new Error(result.reason);
    }
    const perRow = 1e6 / (inserts * rows);
    return {
      cpu: ((await cpuSeconds(engine.processId ?? -1)) - cpu) * perRow,
      elapsed: ((performance.now() - startedAt) / 1_000) * perRow,
    };
  }
} finally {
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function read(requests: number): Promise<Batch[]> {
  const everySpan = { add: () => true, remove: silent };
  const readRequest = createRequestReader({ now: Date.now, spans: everySpan });
  const batches: Batch[] = [];
  for (let number = 0; number < requests; number += 1) {
    const body = ProtobufTraceSerializer.serializeRequest(await recordSpans(SPANS_A_REQUEST, number));
    const result = readRequest(Buffer.from(body ?? []), 'protobuf', 'default');
    if (result.status !== 'ok') throw new Error(result.reason);
    batches.push(result.batch);
  }
  return batches;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
