/**
 * The questions of a dashboard on Weir's tables, and on the default tables of OpenTelemetry's ClickHouse exporter with
 * the same streams as spans, in one run on one server.
 *
 *     node bench/query/otel-traces.ts [--streams 2000000] [--runs 5] [--raw] [--save]
 *
 * Weir is asked by the functions behind its API, which answer more than the SQL beside them. `--raw` leaves rollups out.
 * `--save` writes docs/otel-traces.md. Answers are compared before anything is measured.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ClickHouseClient } from '@clickhouse/client';
import { startEngine } from '../../collector/src/clickhouse/engine.ts';
import { clusterMacros, migrate } from '../../collector/src/clickhouse/migrations.ts';
import { pause } from '../../collector/src/pause.ts';
import type { Database } from '../../collector/src/query/ask.ts';
import type { Scope } from '../../collector/src/query/scope.ts';
import { createRoller } from '../../collector/src/rollup/roller.ts';
import { fillStreams } from './fill-streams.ts';
import { type ComparedQuestion, type Counts, comparedQuestions } from './otel-traces-questions.ts';
import { copyStreams, createOtelTraces, otelTables } from './otel-traces-table.ts';

const { values: options } = parseArgs({
  options: {
    streams: { type: 'string', default: '2000000' },
    runs: { type: 'string', default: '5' },
    raw: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});

const weirTables = ['streams', 'rollups', 'request_attempts', 'stream_ids'];
const DAY_MS = 86_400_000;
const DAYS = 30;
const streams = Number(options.streams);
const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const beginMs = endMs - DAYS * DAY_MS;

const dataDir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
const logger = { info: () => undefined, warn: print, error: print };
const engine = await startEngine({ server: { kind: 'embedded', dataDir }, database: 'weir', logger });
try {
  const client = engine.client();
  await fillBoth(client);
  const database = await databaseOf(client);
  await agree(database);
  const report = `${await bytesTable(client)}\n\n${await timesTable(database)}`;
  print(report);
  if (options.save) await save(report);
} finally {
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function fillBoth(client: ClickHouseClient): Promise<void> {
  const directory = fileURLToPath(new URL('../../collector/src/clickhouse/migrations', import.meta.url));
  await migrate({ client, directory, macros: clusterMacros(undefined), logger });
  await createOtelTraces(client);
  for (let day = 0; day < DAYS; day += 1) {
    const fromMs = beginMs + day * DAY_MS;
    const fill = { rows: Math.round(streams / DAYS), fromMs, toMs: fromMs + DAY_MS, seed: 7 + day };
    await fillStreams(client, fill);
    await copyStreams(client, new Date(fromMs).toISOString().slice(0, 10));
  }
  for (const table of ['streams', ...otelTables]) {
    await client.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
  }
}

async function databaseOf(client: ClickHouseClient): Promise<Database> {
  const database = { client: () => client };
  if (options.raw) return database;
  const roller = createRoller({
    ...{ database, logger, delay: pause, now: () => endMs + DAY_MS / 24 },
    ...{ settleMs: 60_000, storedDays: DAYS + 2 },
  });
  await roller.catchUp();
  await client.command({ query: 'OPTIMIZE TABLE rollups FINAL' });
  return { ...database, coverage: roller.coverage };
}

/** Whole and a day of it; a stream that began before the range is in neither's way. */
function scopeOf(days: number): Scope {
  return { project: 'default', fromMs: endMs - days * DAY_MS, toMs: endMs, filters: [] };
}

async function askOtel(client: ClickHouseClient, { otel }: ComparedQuestion, scope: Scope): Promise<Counts> {
  const answer = await client.query({
    query: otel,
    query_params: { from: scope.fromMs, to: scope.toMs },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, max_execution_time: 600 },
  });
  const rows = await answer.json<{ key: string; streams: number; failed: number }>();
  return Object.fromEntries(rows.map(({ key, streams: all, failed }) => [key, [all, failed]]));
}

/** Over everything, begun before the first day or not; groups of equal size may come in another order. */
async function agree(database: Database): Promise<void> {
  const scope = { ...scopeOf(DAYS), fromMs: beginMs - DAY_MS };
  for (const question of comparedQuestions) {
    const [weir, otel] = [
      await question.weir(database, scope),
      await askOtel(database.client(), question, scope),
    ];
    const common = Object.keys(weir).filter((key) => otel[key] !== undefined);
    const differing = common.filter((key) => String(weir[key]) !== String(otel[key]));
    if (differing.length > 0 || common.length < Math.min(3, Object.keys(otel).length)) {
      throw new Error(`${question.name}: ${JSON.stringify({ weir, otel })}`);
    }
  }
  print(`Both give the same answers to ${comparedQuestions.length} questions.\n`);
}

async function timesTable(database: Database): Promise<string> {
  const lines = [
    '| Question | Range | Weir, ms | `otel_traces`, ms | Times faster |',
    '| --- | --- | ---: | ---: | ---: |',
  ];
  const ratios: number[] = [];
  for (const days of [1, 7, DAYS]) {
    for (const question of comparedQuestions) {
      const scope = scopeOf(days);
      const weir = await medianMs(() => question.weir(database, scope));
      const otel = await medianMs(() => askOtel(database.client(), question, scope));
      ratios.push(otel / weir);
      const cells = [question.name, `${days} d`, weir.toFixed(1), otel.toFixed(0), (otel / weir).toFixed(1)];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  return `${lines.join('\n')}\n\nGeometric mean: ${mean.toFixed(1)} times; least ${Math.min(...ratios).toFixed(1)}, most ${Math.max(...ratios).toFixed(0)}.`;
}

async function medianMs(ask: () => Promise<unknown>): Promise<number> {
  await ask();
  const times: number[] = [];
  for (let run = 0; run < Number(options.runs); run += 1) {
    const startedAt = performance.now();
    await ask();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

async function bytesTable(client: ClickHouseClient): Promise<string> {
  const answer = await client.query({
    query: `SELECT table, toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts
            WHERE active AND database = currentDatabase() AND table IN ({tables:Array(String)})
            GROUP BY table ORDER BY bytes DESC`,
    query_params: { tables: [...weirTables, ...otelTables] },
    format: 'JSONEachRow',
  });
  const tables = await answer.json<{ table: string; bytes: number }>();
  const bytesOf = (names: readonly string[]) =>
    tables.filter(({ table }) => names.includes(table)).reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = Math.round(streams / DAYS) * DAYS;
  const line = (name: string, names: readonly string[]) =>
    `| ${name} | ${(bytesOf(names) / rows).toFixed(1)} |`;
  const share = (names: readonly string[]) => (bytesOf(names) / bytesOf(otelTables)).toFixed(2);
  return [
    '| Table | Bytes a stream |',
    '| --- | ---: |',
    ...tables.map(({ table }) => line(`\`${table}\``, [table])),
    line('Weir in all', weirTables),
    line('OpenTelemetry in all', otelTables),
    '',
    `Weir takes ${share(weirTables)} of the bytes; what grows with every stream, without rollups, ${share(['streams', 'stream_ids'])}.`,
  ].join('\n');
}

async function save(report: string): Promise<void> {
  const head = `# Weir beside OpenTelemetry's ClickHouse exporter

<!-- Made by \`node bench/query/otel-traces.ts --save\`. -->

${streams.toLocaleString('en')} streams of ${DAYS} days, once in Weir's tables and once, as the spans that say the same, in the default tables of
OpenTelemetry's ClickHouse exporter (attributes in maps), on one ClickHouse with ${availableParallelism()} cores. Median of ${options.runs} warm answers; both
gave the same counts. Weir's answers hold more than was asked of the other: intervals, percentiles and the period before.
`;
  const path = fileURLToPath(new URL('../../docs/otel-traces.md', import.meta.url));
  await writeFile(path, `${head}\n${report}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
