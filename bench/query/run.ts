/**
 * How long every endpoint of the query API takes on the embedded ClickHouse, for ranges of an hour to a month.
 *
 *     node bench/query/run.ts [--streams 1000000] [--runs 9] [--days 30] [--data-dir <kept folder>] [--save]
 *
 * Prints a table of milliseconds. Of a month of streams, `--days` are rolled up and asked about. `--data-dir` keeps the data, so that a second run need not make them again; `--save`
 * writes the figures to bench/query/results and docs/query-benchmark.md. HTTP route, validation and JSON are part of the
 * times; the network is not.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Fastify from 'fastify';
import { questionRoutes } from '../../collector/src/api/questions.ts';
import { type Engine, startEngine } from '../../collector/src/clickhouse/engine.ts';
import { clusterMacros, migrate } from '../../collector/src/clickhouse/migrations.ts';
import { pause } from '../../collector/src/pause.ts';
import { createRoller, type Roller } from '../../collector/src/rollup/roller.ts';
import { cpuMsOf } from './cpu-time.ts';
import { fillStreams } from './fill-streams.ts';
import { measureQuestions, quantile } from './measure.ts';
import { dropCachedPages } from './page-cache.ts';
import { questionsAbout } from './questions.ts';
import { type Result, writeReport } from './report.ts';
import { knownStream, storedBytes } from './stored.ts';

const { values: options } = parseArgs({
  options: {
    streams: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '9' },
    days: { type: 'string', default: '30' },
    'data-dir': { type: 'string' },
    save: { type: 'boolean', default: false },
  },
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 30;
/** Days filled by one insert: few parts, and whole daily cycles. */
const DAYS_AT_ONCE = 2;
const streams = Number(options.streams);
const days = Number(options.days);
const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
/** Not on a boundary, as a person's "now" never is. */
const toMs = endMs - 17 * 60_000 - 1_234;

const dataDir = options['data-dir'] ?? (await mkdtemp(join(tmpdir(), 'weir-bench-')));
await mkdir(dataDir, { recursive: true });
const silent = () => undefined;
const logger = { info: silent, warn: print, error: print };
const loadBefore = loadavg()[0] ?? 0;
const engine = await startEngine({ server: { kind: 'embedded', dataDir }, database: 'weir', logger });
try {
  await prepare(engine);
  const roller = rollerOf(engine);
  const startedAt = performance.now();
  await roller.catchUp();
  const rollupSeconds = (performance.now() - startedAt) / 1_000;
  print(`Rollups took ${rollupSeconds.toFixed(0)} s`);

  const app = Fastify();
  const database = { client: () => engine.client(), ready: true };
  await app.register(questionRoutes({ database, coverage: roller.coverage, now: () => toMs }));
  const timings = await measureQuestions({
    app,
    questions: questionsAbout(await knownStream(engine.client())),
    ranges: rangesOf(days),
    toMs,
    runs: Number(options.runs),
    patienceMs: 5_000,
    forget: () => forget(engine),
    cpuMs: () => cpuMsOf(engine.processId),
    onTiming: ({ path, range, coldMs, warmMs, cpuMs }) =>
      print(
        `${range.padStart(5)} ${(cpuMs?.toFixed(0) ?? '').padStart(6)} ${(coldMs?.toFixed(0) ?? '').padStart(6)} ${quantile(warmMs, 0.5).toFixed(0).padStart(6)} ${quantile(warmMs, 0.95).toFixed(0).padStart(6)}  ${path}`,
      ),
  });
  await app.close();
  const result: Result = {
    streams,
    days,
    processor: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
    stored: await storedBytes(engine.client()),
    timings,
  };
  if (options.save) await save(result);
} finally {
  await engine.stop();
  if (options['data-dir'] === undefined) await rm(dataDir, { recursive: true, force: true });
}

/** Lengths whose period before is rolled up, too; of the whole month there is none before. */
function rangesOf(rolledDays: number): Record<string, number> {
  const ranges = { '1 h': HOUR_MS, '24 h': DAY_MS, '3 d': 3 * DAY_MS, '7 d': 7 * DAY_MS };
  const within = Object.entries(ranges).filter(([, lengthMs]) => 2 * lengthMs < rolledDays * DAY_MS);
  const month: [string, number][] = rolledDays === DAYS ? [['30 d', DAYS * DAY_MS - 2 * HOUR_MS]] : [];
  return Object.fromEntries([...within, ...month]);
}

async function prepare({ client }: Engine): Promise<void> {
  const directory = fileURLToPath(new URL('../../collector/src/clickhouse/migrations', import.meta.url));
  await migrate({ client: client(), directory, macros: clusterMacros(undefined), logger });
  if (await isFilled(client)) return;
  for (let day = 0; day < DAYS; day += DAYS_AT_ONCE) {
    const fromMs = endMs - (DAYS - day) * DAY_MS;
    const rows = Math.round((streams * DAYS_AT_ONCE) / DAYS);
    await fillStreams(client(), { rows, fromMs, toMs: fromMs + DAYS_AT_ONCE * DAY_MS, seed: 7 + day });
  }
  print(`${streams} streams are stored`);
}

async function isFilled(client: Engine['client']): Promise<boolean> {
  const { rows } = await storedBytes(client());
  if (rows > 0 && Math.abs(rows - streams) > DAYS) {
    throw new Error(`${dataDir} has ${rows} streams, not ${streams}; empty it, or say --streams ${rows}.`);
  }
  return rows > 0;
}

function rollerOf({ client }: Engine): Roller {
  return createRoller({
    database: { client },
    now: () => endMs + HOUR_MS + performance.now(),
    delay: pause,
    logger,
    settleMs: 0,
    storedDays: days + 1,
    threads: cpus().length,
  });
}

async function forget({ client }: Engine): Promise<void> {
  for (const cache of ['MARK CACHE', 'UNCOMPRESSED CACHE', 'QUERY CONDITION CACHE', 'PRIMARY INDEX CACHE']) {
    await client().command({ query: `SYSTEM DROP ${cache}` });
  }
  await dropCachedPages(join(dataDir, 'clickhouse', 'store'));
}

async function save(result: Result): Promise<void> {
  const folder = fileURLToPath(new URL('./results/', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${result.streams}.json`), `${JSON.stringify(result)}\n`);
  await writeReport();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
