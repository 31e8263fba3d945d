/**
 * How long each endpoint of the query API takes on the embedded ClickHouse, for ranges of an hour, a day and all.
 *
 *     node bench/query-simple.ts [--rows 1000000] [--days 7] [--runs 9]
 *
 * Prints a Markdown table of milliseconds: the first answer, the median and the slowest of the later ones. The HTTP
 * route, validation and JSON are part of the time; the network is not.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Fastify, { type FastifyInstance } from 'fastify';
import { questionRoutes } from '../collector/src/api/questions.ts';
import { startEngine } from '../collector/src/clickhouse/engine.ts';
import { clusterMacros, migrate } from '../collector/src/clickhouse/migrations.ts';
import { fillStreams } from './query/fill-streams.ts';

const HOUR_MS = 3_600_000;

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '7' },
    runs: { type: 'string', default: '9' },
  },
});
const rows = Number(options.rows);
const toMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const fromMs = toMs - Number(options.days) * 24 * HOUR_MS;

const dataDir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
const silent = () => undefined;
const logger = { info: silent, warn: silent, error: silent };
const engine = await startEngine({ server: { kind: 'embedded', dataDir }, database: 'weir', logger });
try {
  const client = engine.client();
  const directory = fileURLToPath(new URL('../collector/src/clickhouse/migrations', import.meta.url));
  await migrate({ client, directory, macros: clusterMacros(undefined), logger });
  await fillStreams(client, { rows, fromMs, toMs, seed: 7 });
  print(`${rows} streams over ${options.days} days, ${await storedBytes()} bytes each on disk\n`);

  const app = Fastify();
  const database = { client: () => engine.client(), ready: true };
  await app.register(questionRoutes({ database, now: () => toMs }));
  const ranges = { '1 h': HOUR_MS, '24 h': 24 * HOUR_MS, all: toMs - fromMs };
  print(`| endpoint | ${Object.keys(ranges).join(' | ')} |\n|---|${'---|'.repeat(3)}`);
  for (const path of await paths(app)) {
    const cells: string[] = [];
    for (const length of Object.values(ranges)) {
      const range = `from=${toMs - length}&to=${toMs}`;
      cells.push(await timed(app, path.replace('$range', range)));
    }
    print(`| \`${path.replace(/.\$range/, '').replace(/[0-9a-f]{16,}/g, '…')}\` | ${cells.join(' | ')} |`);
  }
  await app.close();
} finally {
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function paths(app: FastifyInstance): Promise<string[]> {
  const { rows: newest } = (await app.inject('/streams?limit=1')).json();
  const { traceId, spanId } = newest[0];
  return [
    '/summary?$range',
    '/summary?filter=model:model-3&filter=network:wifi&$range',
    '/timeseries?$range',
    '/timeseries?by=model&buckets=120&$range',
    '/timeseries?by=reason&limit=10&buckets=120&$range',
    '/breakdown?by=model&$range',
    '/breakdown?by=attachment&$range',
    '/breakdown?by=network&$range',
    '/breakdown?by=user&$range',
    '/dimensions/model/values?$range',
    '/gaps?$range',
    '/streams?$range',
    '/streams?filter=outcome:failed&$range',
    `/streams?search=${traceId}&$range`,
    `/streams/${traceId}/${spanId}`,
  ];
}

async function timed(app: FastifyInstance, url: string): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run <= Number(options.runs); run += 1) {
    const started = performance.now();
    const { statusCode, body } = await app.inject(url);
    times.push(performance.now() - started);
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${body}`);
  }
  const [first = 0, ...later] = times;
  const sorted = later.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return [first, median, sorted.at(-1) ?? 0].map((ms) => ms.toFixed(0)).join(' / ');
}

async function storedBytes(): Promise<string> {
  const answer = await engine.client().query({
    query: `SELECT toString(round(sum(bytes_on_disk) / sum(rows))) AS bytes, sum(rows) AS stored
            FROM system.parts WHERE active AND database = currentDatabase() AND table = 'streams'`,
    format: 'JSONEachRow',
  });
  const [parts] = await answer.json<{ bytes: string; stored: string }>();
  if (Number(parts?.stored) !== rows) throw new Error(`${parts?.stored} rows were stored, not ${rows}`);
  return parts?.bytes ?? '';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
