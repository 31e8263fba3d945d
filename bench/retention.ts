/**
 * What it costs to delete one project of twenty from a day of streams, and what each way of storing them costs inserts.
 *
 *     node bench/retention.ts [--streams 1000000]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ClickHouseClient } from '@clickhouse/client';
import { startEngine } from '../collector/src/clickhouse/engine.ts';
import { clusterMacros, migrate } from '../collector/src/clickhouse/migrations.ts';
import { fillStreams } from './query/fill-streams.ts';

const { values: options } = parseArgs({ options: { streams: { type: 'string', default: '1000000' } } });
const DAY_MS = 86_400_000;
const dayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
const day = new Date(dayMs).toISOString().slice(0, 10);
const partition = day.replaceAll('-', '');
const projectOf = (projects: number) => `concat('p', toString(sipHash64(trace_id) % ${projects}))`;

const dataDir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
const silent = () => undefined;
const logger = { info: silent, warn: print, error: print };
const engine = await startEngine({ server: { kind: 'embedded', dataDir }, database: 'weir', logger });
try {
  const client = engine.client();
  const directory = fileURLToPath(new URL('../collector/src/clickhouse/migrations', import.meta.url));
  await migrate({ client, directory, macros: clusterMacros(undefined), logger });
  await fillStreams(client, { rows: Number(options.streams), fromMs: dayMs, toMs: dayMs + DAY_MS, seed: 7 });
  await copies(client);
  await deletions(client);
  await inserts(client);
} finally {
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** The same streams of twenty projects, by day and by project and day. */
async function copies(client: ClickHouseClient): Promise<void> {
  const answer = await client.query({ query: 'SHOW CREATE TABLE streams', format: 'JSONEachRow' });
  const [{ statement } = { statement: '' }] = await answer.json<{ statement: string }>();
  const tables = {
    rewritten: 'toDate(ended_at)',
    hidden: 'toDate(ended_at)',
    dropped: '(project, toDate(ended_at))',
  };
  for (const [name, key] of Object.entries(tables)) {
    const create = statement
      .replace('weir.streams', `weir.${name}`)
      .replace('PARTITION BY toDate(ended_at)', `PARTITION BY ${key}`);
    await client.command({ query: create });
    await client.command({
      query: `INSERT INTO ${name} SELECT * REPLACE (${projectOf(20)} AS project) FROM streams`,
    });
    await client.command({ query: `OPTIMIZE TABLE ${name} FINAL` });
  }
}

async function deletions(client: ClickHouseClient): Promise<void> {
  const synchronous = { mutations_sync: '2', lightweight_deletes_sync: '2' } as const;
  const timed = async (what: string, query: string) => {
    const startedAt = performance.now();
    await client.command({ query, clickhouse_settings: synchronous });
    print(`${(performance.now() - startedAt).toFixed(0).padStart(7)} ms  ${what}`);
  };
  print(`Deleting one project of 20 from a day of ${options.streams} streams:`);
  const inPartition = `IN PARTITION ID '${partition}'`;
  await timed(
    'rewriting the day without it',
    `ALTER TABLE rewritten DELETE ${inPartition} WHERE project = 'p3'`,
  );
  await timed('hiding its rows', `DELETE FROM hidden ${inPartition} WHERE project = 'p3'`);
  await timed('then giving the disk back', `ALTER TABLE hidden APPLY DELETED MASK ${inPartition}`);
  await timed('dropping its own partition', `ALTER TABLE dropped DROP PARTITION ('p3', '${day}')`);
}

async function inserts(client: ClickHouseClient): Promise<void> {
  const times = 5;
  print('\nInserting 2,000 streams, by day and by project and day:');
  for (const projects of [1, 20, 100]) {
    const each: number[] = [];
    for (const table of ['rewritten', 'dropped']) {
      const startedAt = performance.now();
      for (let insert = 0; insert < times; insert += 1) {
        await client.command({
          query: `INSERT INTO ${table} SELECT * REPLACE (${projectOf(projects)} AS project) FROM streams LIMIT 2000`,
          clickhouse_settings: { max_partitions_per_insert_block: '1000' },
        });
      }
      each.push((performance.now() - startedAt) / times);
    }
    const [byDay = 0, byProject = 0] = each;
    const ratio = (byProject / byDay).toFixed(1);
    print(
      `${String(projects).padStart(7)} projects: ${byDay.toFixed(0)} and ${byProject.toFixed(0)} ms (${ratio} times)`,
    );
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
