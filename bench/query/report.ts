import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantile, type Timing } from './measure.ts';
import type { StoredBytes } from './stored.ts';

/** One run of `bench/query/run.ts`. */
export interface Result {
  readonly streams: number;
  readonly days: number;
  readonly processor: string;
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly stored: StoredBytes;
  readonly timings: readonly Timing[];
}

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/query-benchmark.md', import.meta.url));

/** What questions should take, ms. */
const goals = { two: { warm: 150, cold: 400 }, many: { warm: 1_000 } };

/** Writes docs/query-benchmark.md from all saved runs. */
export async function writeReport(): Promise<void> {
  const names = (await readdir(RESULTS)).filter((name) => /^\d+\.json$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(join(RESULTS, name), 'utf8')));
  const results = texts.map((text): Result => JSON.parse(text));
  await writeFile(PAGE, reportOf(results.toSorted((a, b) => a.streams - b.streams)));
}

/** @param results the smallest first */
export function reportOf(results: readonly Result[]): string {
  const largest = results.at(-1);
  if (largest === undefined) return '';
  return [
    '<!-- Made by `node bench/query/run.ts --save`. -->',
    '# How fast questions are answered',
    '',
    ...results.map(
      ({ streams, days }) =>
        `- ${count(streams)} streams of 30 days, of which ${days} days are rolled up and asked about`,
    ),
    '',
    `Every endpoint of the query API over generated streams (40 models, 12 attachment classes,`,
    `6 networks, 200 regions, a million users, a daily cycle, failures, retries) on the embedded ClickHouse,`,
    `${largest.processor}, which other work shared: load averages were`,
    `${results.map(({ streams, loadBefore, loadAfter }) => `${loadBefore.toFixed(1)} to ${loadAfter.toFixed(1)} (${count(streams)} streams)`).join(', ')}.`,
    'Times are milliseconds at the HTTP API. Cold: after the caches of ClickHouse and the pages of its larger files in the',
    'kernel were dropped, before each question over the longest range. `previous` periods are part of the answers.',
    '',
    '## Growth',
    '',
    ...growth(results),
    '',
    `## Each question, ${count(largest.streams)} streams`,
    '',
    'Processor time of ClickHouse, then the median and the p95 of the warm answers; at the longest range also the cold one.',
    'What a question takes on a machine of its own lies between half of its processor time (two cores) and all of it.',
    '',
    ...questionTable(largest),
    '',
    '## Bytes on disk',
    '',
    ...bytes(largest),
    '',
  ].join('\n');
}

function growth(results: readonly Result[]): string[] {
  const kinds: readonly [Timing['kind'], string][] = [
    ['two', `up to two dimensions (goal: ${goals.two.warm} warm, ${goals.two.cold} cold)`],
    ['many', `more (goal: ${goals.many.warm} warm)`],
    ['list', 'lists, searches, one stream'],
  ];
  return [
    `| p95 over all questions and ranges, ms, warm / cold | ${results.map(({ streams }) => count(streams)).join(' | ')} |`,
    `|---|${'---|'.repeat(results.length)}`,
    ...kinds.map(
      ([kind, title]) => `| ${title} | ${results.map((result) => p95Of(result, kind)).join(' | ')} |`,
    ),
    `| processor time, p95 over questions of up to two dimensions | ${results.map(cpuP95Of).join(' | ')} |`,
  ];
}

function p95Of({ timings }: Result, kind: Timing['kind']): string {
  const own = timings.filter((timing) => timing.kind === kind);
  const warm = quantile(
    own.flatMap(({ warmMs }) => warmMs),
    0.95,
  );
  const cold = quantile(
    own.flatMap(({ coldMs }) => coldMs ?? []),
    0.95,
  );
  return Number.isNaN(cold) ? warm.toFixed(0) : `${warm.toFixed(0)} / ${cold.toFixed(0)}`;
}

/** Means hide nothing here: warm answers to one question take the same work. */
function cpuP95Of({ timings }: Result): string {
  const two = timings.filter(({ kind }) => kind === 'two');
  return quantile(
    two.flatMap(({ cpuMs }) => cpuMs ?? []),
    0.95,
  ).toFixed(0);
}

function questionTable({ timings }: Result): string[] {
  const ranges = [...new Set(timings.map(({ range }) => range))];
  const byPath = Map.groupBy(timings, ({ path }) => path);
  return [
    `| question | ${ranges.join(' | ')} |`,
    `|---|${'---|'.repeat(ranges.length)}`,
    ...[...byPath].map(([path, own]) => {
      const cells = ranges.map((range) => cell(own.find((timing) => timing.range === range)));
      return `| \`${path.replaceAll(/[0-9a-fA-F]{16,}/g, '…')}\` | ${cells.join(' | ')} |`;
    }),
  ];
}

function cell(timing: Timing | undefined): string {
  if (timing === undefined) return '';
  const { coldMs, warmMs, cpuMs } = timing;
  const waited = [quantile(warmMs, 0.5), quantile(warmMs, 0.95), ...(coldMs === null ? [] : [coldMs])];
  return `${cpuMs?.toFixed(0) ?? ''}; ${waited.map((ms) => ms.toFixed(0)).join(' / ')}`;
}

function bytes({ stored }: Result): string[] {
  const perStream = (size: number) => (size / stored.rows).toFixed(2);
  const others = stored.tables.filter(({ table }) => table !== 'streams');
  const own = stored.tables.find(({ table }) => table === 'streams')?.bytes ?? 0;
  return [
    `\`streams\` takes ${perStream(own)} bytes a stream, of which its indexes take ${perStream(stored.indexBytes)}. For each`,
    `stream that is rolled up (${count(stored.rolledRows)}, at the density of the whole) there are ${others
      .map(({ table, bytes: size }) => `${(size / stored.rolledRows).toFixed(2)} in \`${table}\``)
      .join(', ')}.`,
    '',
    '| column of `streams` | bytes a stream |',
    '|---|---|',
    ...stored.columns
      .filter(({ bytes: size }) => size / stored.rows >= 0.1)
      .map(({ column, bytes: size }) => `| \`${column}\` | ${perStream(size)} |`),
  ];
}

function count(streams: number): string {
  return streams >= 1e6 ? `${Math.round(streams / 1e6)} M` : String(streams);
}
