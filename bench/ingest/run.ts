/**
 * Weir against the OpenTelemetry Collector, on the same machine in the same run, with the same requests and the same
 * ClickHouse: `node bench/ingest/run.ts`, which writes docs/ingest-benchmark.md.
 *
 *     --quick             short, protobuf from JS alone, and printed
 *     --only <collector>  weir, otelcol-memory or otelcol-file; printed
 *     --workers <n>       threads of Weir that read requests
 *     --node <option>     for the process of Weir, such as --cpu-prof
 *
 * Linux: CPU time and memory are read from /proc. `CLICKHOUSE_URL` names a server to store into, else an embedded one is
 * started. The OpenTelemetry Collector is built with Go, once; where that cannot be done, Weir is measured alone.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startClickHouse } from './clickhouse-server.ts';
import { startLoadGenerator } from './load-generator.ts';
import { type Durations, measure } from './measure.ts';
import { type PayloadSource, payloadSources } from './recorded-payloads.ts';
import { ingestReport, type Measured } from './report.ts';
import { otelcol, type Subject, weir } from './subject.ts';
import { buildOtelcol } from './toolchain.ts';

const reportFile = new URL('../../docs/ingest-benchmark.md', import.meta.url);
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    workers: { type: 'string', default: '0' },
    node: { type: 'string', multiple: true, default: [] },
  },
});

const durations: Durations = options.quick
  ? { warmUp: 3, saturation: 6, steady: 5 }
  : { warmUp: 4, saturation: 10, steady: 8 };
const loads = options.quick ? [0.5] : [0.1, 0.5, 0.9];
/** Acknowledgements of all loads are timed for the first source alone. */
const sources = options.quick ? payloadSources.slice(0, 1) : payloadSources;

const { subjects, absent } = await allSubjects();
const loadBefore = loadavg()[0] ?? 0;
const clickhouse = await startClickHouse(process.env);
const generator = startLoadGenerator();
const measured: Measured[] = [];
try {
  for (const [index, source] of sources.entries()) await compare(source, index === 0 ? loads : [0.5]);
} finally {
  generator.stop();
  await clickhouse.stop();
}
const [processor] = cpus();
const text = ingestReport(measured, {
  node: process.version,
  processor: `${cpus().length} x ${processor?.model.trim() ?? 'unknown'}`,
  loadBefore,
  durations,
  ...(absent !== undefined && { absent }),
});
if (options.quick || options.only !== undefined) process.stdout.write(text);
else await writeFile(reportFile, text);

async function allSubjects(): Promise<{ subjects: Subject[]; absent?: string }> {
  const ours = weir(Number(options.workers), options.node);
  if (options.only === 'weir') return { subjects: [ours] };
  const built = await buildOtelcol();
  if (built.status === 'missing') return { subjects: [ours], absent: built.reason };
  const all = [ours, otelcol(built.path, 'memory'), otelcol(built.path, 'file')];
  return { subjects: all.filter(({ name }) => options.only === undefined || name === options.only) };
}

async function compare(source: PayloadSource, timedLoads: readonly number[]): Promise<void> {
  const payloads = await source.make();
  if ('missing' in payloads) {
    measured.push({ source, status: 'absent', reason: payloads.missing });
    return;
  }
  const rows = [];
  for (const subject of subjects) {
    process.stderr.write(`${source.name}: ${subject.title}\n`);
    const measurement = await measure({
      ...{ subject, clickhouse, generator, payloads, durations },
      loads: timedLoads,
    });
    rows.push({ subject, measurement });
  }
  const [first] = payloads;
  const spans = first?.spanIdOffsets.length ?? 0;
  const bytesPerSpan = Math.round((first?.body.length ?? 0) / spans);
  measured.push({ source, status: 'measured', rows, bytesPerSpan });
}
