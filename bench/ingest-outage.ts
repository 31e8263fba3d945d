/**
 * What a ClickHouse that is gone for a while costs: senders (nothing but latency), and the time to catch up.
 *
 *     node bench/ingest-outage.ts [--seconds 60] [--rate 5000] [--spans 250]
 *
 * A collector process with its embedded ClickHouse, which is killed whenever it comes back, for so many seconds, under
 * so many spans a second. Then it may stay, while sending goes on until nothing waits. Ends by counting every span.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type CollectorProcess, startCollectorProcess } from './ingest/collector-process.ts';
import { type OtlpPayloads, otlpPayloads, renewed } from './ingest/otlp-payloads.ts';
import { peakResidentBytes } from './ingest/process-usage.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '5000' },
    spans: { type: 'string', default: '250' },
  },
});
const seconds = Number(options.seconds);
const spansPerRequest = Number(options.spans);
const requestsPerSecond = Number(options.rate) / spansPerRequest;

/** Of one request, until its next try. */
const RETRY_MS = 500;

const payloads = await Promise.all(Array.from({ length: 32 }, (_, i) => otlpPayloads(spansPerRequest, i)));
const collector = await startCollectorProcess();
try {
  const traffic = startTraffic(collector.url, payloads);
  await sleep(3_000);
  await keepClickHouseDown(collector, seconds * 1_000);
  const waiting = await collector.metric('weir_spool_bytes');
  const loadedBefore = await collector.metric('weir_loaded_rows_total');
  const backAt = performance.now();
  await untilNothingWaits(collector);
  const caughtUpSeconds = (performance.now() - backAt) / 1_000;
  const loaded = (await collector.metric('weir_loaded_rows_total')) - loadedBefore;
  const { acknowledged, repeated, latencies } = await traffic.stop();
  const peakBytes = await peakResidentBytes(collector.pid, { withChildren: false });
  await untilNothingWaits(collector);
  const stored = await countStreams(collector);
  print(`ClickHouse gone for ${seconds} s at ${options.rate} spans/s\n\n| | |\n|---|---|`);
  print(`| spans acknowledged, repeated requests | ${format(acknowledged)}, ${repeated} |`);
  print(`| acknowledgement p50, p99 | ${quantile(latencies, 0.5)} ms, ${quantile(latencies, 0.99)} ms |`);
  print(`| disk that waited | ${Math.round(waiting / 2 ** 20)} MiB |`);
  print(`| caught up, its start included, after | ${caughtUpSeconds.toFixed(1)} s |`);
  print(`| spans/s loaded meanwhile | ${format(loaded / caughtUpSeconds)} |`);
  print(`| times what arrives | ${(loaded / caughtUpSeconds / Number(options.rate)).toFixed(1)} |`);
  print(`| resident memory of the collector, peak | ${Math.round(peakBytes / 2 ** 20)} MiB |`);
  print(`| in ClickHouse | ${format(stored)} |`);
  if (stored !== acknowledged) throw new Error('not every acknowledged span is there once');
} finally {
  await collector.stop();
}

function startTraffic(url: string, bodies: readonly OtlpPayloads[]) {
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  let isStopping = false;
  let acknowledged = 0;
  let repeated = 0;

  async function post(number: number): Promise<void> {
    const payload = bodies[number % bodies.length];
    if (payload === undefined) throw new Error('no payload');
    const startedAt = performance.now();
    const body = renewed(payload, number);
    // As exporters do: the same request again, whether it was refused or its answer did not come.
    while (!(await isAcknowledged(url, body))) {
      repeated += 1;
      await sleep(RETRY_MS);
    }
    latencies.push(performance.now() - startedAt);
    acknowledged += spansPerRequest;
  }

  async function run(): Promise<void> {
    const startedAt = performance.now();
    for (let number = 0; !isStopping; number += 1) {
      const dueAt = startedAt + (number / requestsPerSecond) * 1_000;
      await sleep(Math.max(0, dueAt - performance.now()));
      const request = post(number);
      underWay.add(request);
      void request.finally(() => underWay.delete(request));
    }
    await Promise.all(underWay);
  }

  const running = run();
  return {
    async stop() {
      isStopping = true;
      await running;
      return { acknowledged, repeated, latencies };
    },
  };
}

/** @returns false when it was refused, or nothing is known of it */
async function isAcknowledged(url: string, body: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const response = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-protobuf' },
    });
    await response.arrayBuffer();
    // 408: on a machine with too much to do, the request did not arrive in time.
    if (![200, 408, 503].includes(response.status)) throw new Error(`answered ${response.status}`);
    return response.status === 200;
  } catch (error) {
    // What `fetch` throws when no answer came.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function keepClickHouseDown({ dataDir }: CollectorProcess, ms: number): Promise<void> {
  for (const endAt = performance.now() + ms; performance.now() < endAt; await sleep(20)) {
    const status = await readFile(join(dataDir, 'clickhouse', 'status'), 'utf8').catch(() => '');
    const processId = /^PID: (\d+)$/m.exec(status)?.[1];
    if (processId === undefined) continue;
    try {
      process.kill(Number(processId), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function untilNothingWaits(process: CollectorProcess): Promise<void> {
  // Under load there is always a segment that is written to and one that is loaded: what is younger is no backlog.
  while ((await process.metric('weir_spool_oldest_seconds')) > 3) await sleep(100);
}

async function countStreams({ url }: CollectorProcess): Promise<number> {
  await sleep(2_000);
  const answer = await fetch(`${url}/api/v1/summary?from=${Date.now() - 3_600_000}&to=${Date.now()}`);
  return ((await answer.json()) as { streams: number }).streams;
}

function quantile(values: readonly number[], q: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(0);
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
