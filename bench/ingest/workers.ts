/**
 * What reading threads add: `node bench/ingest/workers.ts [--seconds 6] [--rounds 2]`.
 *
 * Weir alone, with a ClickHouse that is stopped, so that requests are read and written to the spool and nothing else uses
 * the processors but their sender. By turns with 0, 1 and 2 threads (`WEIR_RECEIVE_WORKERS`).
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts';
import { type LoadGenerator, startLoadGenerator } from './load-generator.ts';
import type { Payload } from './payload.ts';
import { cpuSeconds } from './process-usage.ts';
import { payloadSources } from './recorded-payloads.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '6' }, rounds: { type: 'string', default: '2' } },
});
const WORKERS = [0, 1, 2];
const CONNECTIONS = 8;

interface Cost {
  readonly workers: number;
  readonly spansPerSecond: number;
  readonly cpuMicroseconds: number;
}

const payloads = await payloadSources[0]?.make();
if (payloads === undefined || 'missing' in payloads)
  throw new Error('the exporters of OpenTelemetry JS are not there');
const loadBefore = loadavg()[0] ?? 0;
const generator = startLoadGenerator();
const costs: Cost[] = [];
try {
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const workers of WORKERS) costs.push(await costWith(workers, generator, payloads));
  }
} finally {
  generator.stop();
}
print(`${availableParallelism()} processors, load average ${loadBefore.toFixed(1)} before the run\n`);
print('| Threads | Spans/s | CPU time of a span, µs |\n| --: | --: | --: |');
for (const { workers, spansPerSecond, cpuMicroseconds } of costs.toSorted((a, b) => a.workers - b.workers)) {
  const spans = Math.round(spansPerSecond).toLocaleString('en');
  print(`| ${workers} | ${spans} | ${cpuMicroseconds.toFixed(1)} |`);
}

async function costWith(workers: number, sender: LoadGenerator, bodies: readonly Payload[]): Promise<Cost> {
  const collector = await startCollectorProcess({ WEIR_RECEIVE_WORKERS: String(workers) });
  const { url, pid } = collector;
  const clickhouse = await clickhousePid(collector);
  try {
    const pace = { kind: 'saturating', connections: CONNECTIONS } as const;
    const warmUp = await sender.run({ url, payloads: bodies, seconds: 3, firstNumber: 0, pace });
    process.kill(clickhouse, 'SIGSTOP');
    const cpu = await ownCpuSeconds(pid, clickhouse);
    const seconds = Number(options.seconds);
    const result = await sender.run({ url, payloads: bodies, seconds, firstNumber: warmUp.requests, pace });
    const used = (await ownCpuSeconds(pid, clickhouse)) - cpu;
    return {
      workers,
      spansPerSecond: result.acknowledgedSpans / result.seconds,
      cpuMicroseconds: (used / result.acknowledgedSpans) * 1e6,
    };
  } finally {
    process.kill(clickhouse, 'SIGCONT');
    await collector.stop();
  }
}

async function ownCpuSeconds(pid: number, child: number): Promise<number> {
  return (await cpuSeconds(pid)) - (await cpuSeconds(child));
}

async function clickhousePid({ dataDir }: CollectorProcess): Promise<number> {
  const status = await readFile(join(dataDir, 'clickhouse', 'status'), 'utf8');
  return Number(/^PID: (\d+)$/m.exec(status)?.[1]);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
