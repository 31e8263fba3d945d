/**
 * What the collector takes, on this machine: decoding alone, and the whole way into ClickHouse.
 *
 *     node bench/ingest-simple.ts [--seconds 10] [--senders 8] [--spans 512]
 *
 * Decoding: one core, official OTLP payloads to a Native block, against `JSON.parse` of the same spans. The whole way: a
 * collector process with its embedded ClickHouse; senders that post the next batch when the last is acknowledged, which
 * is when its rows are safe on disk. The senders take part of the same machine.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createRequestReader } from '../collector/src/receive/read-request.ts';
import { startCollectorProcess } from './ingest/collector-process.ts';
import { type OtlpPayloads, otlpPayloads, renewed } from './ingest/otlp-payloads.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    senders: { type: 'string', default: '8' },
    spans: { type: 'string', default: '512' },
  },
});
const seconds = Number(options.seconds);
const senders = Number(options.senders);
const spansPerBatch = Number(options.spans);

/** Numbers the requests: each has spans of its own. */
let sent = 0;

const [example] = await payloads(1);
if (example === undefined) throw new Error('no payload');
decoding(example);
await wholeWay();

function decoding({ spans, protobuf, json }: OtlpPayloads): void {
  const allNew = { add: () => true, remove: () => undefined };
  const read = createRequestReader({ now: Date.now, spans: allNew });
  const block = (body: Buffer, encoding: 'protobuf' | 'json') => {
    const result = read(body, encoding, 'default');
    if (result.status !== 'ok' || result.batch.rows !== spans)
      throw new Error('the payload was not taken whole');
  };
  print(
    `One core, ${spans} spans of ${Math.round(protobuf.length / spans)} B (JSON ${Math.round(json.length / spans)} B)\n`,
  );
  print('| | spans/s |\n|---|---|');
  print(`| protobuf to Native block | ${rate(spans, () => block(protobuf, 'protobuf'))} |`);
  print(`| JSON to Native block | ${rate(spans, () => block(json, 'json'))} |`);
  print(`| \`JSON.parse\` alone | ${rate(spans, () => JSON.parse(json.toString()))} |\n`);
}

/** Spans a second, after a warm-up. */
function rate(spans: number, run: () => unknown): string {
  const times = (ms: number) => {
    const startedAt = performance.now();
    let runs = 0;
    for (; performance.now() - startedAt < ms; runs += 1) run();
    return (runs * spans) / ((performance.now() - startedAt) / 1_000);
  };
  times(500);
  return Math.round(times(2_000)).toLocaleString('en');
}

async function wholeWay(): Promise<void> {
  const prepared = await payloads(Math.max(64, senders * 4));
  const collector = await startCollectorProcess();
  try {
    await send(collector.url, prepared, 2_000);
    const before = await figures();
    const startedAt = performance.now();
    const latencies = await send(collector.url, prepared, seconds * 1_000);
    const elapsed = (performance.now() - startedAt) / 1_000;
    const after = await figures();
    const spans = after.spans - before.spans;
    if (spans !== latencies.length * spansPerBatch)
      throw new Error('not every acknowledged span was counted once');
    const cpu = after.cpu - before.cpu;
    print(`Whole way, ${senders} senders of ${spansPerBatch} spans, ${Math.round(elapsed)} s\n`);
    print('| | |\n|---|---|');
    print(`| spans/s acknowledged | ${format(spans / elapsed)} |`);
    print(`| spans per CPU-second of the collector | ${format(spans / cpu)} |`);
    print(`| rows per segment | ${format(spans / (after.inserts - before.inserts))} |`);
    print(`| acknowledgement p50, p99 | ${quantile(latencies, 0.5)} ms, ${quantile(latencies, 0.99)} ms |`);
    print(`| resident memory of the collector | ${Math.round(after.memory / 2 ** 20)} MiB |`);
  } finally {
    await collector.stop();
  }

  async function figures() {
    return {
      spans: await collector.metric('weir_accepted_spans_total'),
      inserts: await collector.metric('weir_load_duration_seconds_count'),
      cpu: await collector.metric('process_cpu_seconds_total'),
      memory: await collector.metric('process_resident_memory_bytes'),
    };
  }
}

/** @returns milliseconds to each acknowledgement */
async function send(url: string, prepared: readonly OtlpPayloads[], ms: number): Promise<number[]> {
  const latencies: number[] = [];
  const endAt = performance.now() + ms;
  async function sender(): Promise<void> {
    while (performance.now() < endAt) {
      const payload = prepared[sent % prepared.length];
      if (payload === undefined) throw new Error('no payload');
      const body = renewed(payload, sent);
      sent += 1;
      const startedAt = performance.now();
      const response = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-protobuf' },
      });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`refused with ${response.status}`);
      latencies.push(performance.now() - startedAt);
    }
  }
  await Promise.all(Array.from({ length: senders }, sender));
  return latencies;
}

function payloads(batches: number): Promise<OtlpPayloads[]> {
  return Promise.all(Array.from({ length: batches }, (_, batch) => otlpPayloads(spansPerBatch, batch)));
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
