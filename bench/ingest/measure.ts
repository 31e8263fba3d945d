import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseServer } from './clickhouse-server.ts';
import type { LoadGenerator, LoadResult } from './load-generator.ts';
import type { Payload } from './payload.ts';
import { cpuSeconds, peakResidentBytes } from './process-usage.ts';
import type { RunningSubject, Subject } from './subject.ts';

/** Seconds of each part of a measurement. */
export interface Durations {
  readonly warmUp: number;
  readonly saturation: number;
  readonly steady: number;
}

export interface Measurement {
  readonly spans: number;
  /** Spans a second into ClickHouse while more is sent than it takes. */
  readonly spansPerSecond: number;
  /** From the first span to the last row, everything that the collector does. */
  readonly spansPerCpuSecond: number;
  /** The same with ClickHouse; absent where its processes are elsewhere. */
  readonly spansPerCpuSecondWithClickHouse?: number;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly peakResidentBytes: number;
  /** Of all that was acknowledged, and of what is in the table in the end: the same, unless something is wrong. */
  readonly acknowledgedSpans: number;
  readonly storedSpans: number;
}

export interface Acknowledgement {
  /** Share of what the collector takes at most. */
  readonly load: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly refusals: number;
}

export interface MeasureOptions {
  readonly subject: Subject;
  readonly clickhouse: ClickHouseServer;
  readonly generator: LoadGenerator;
  readonly payloads: readonly Payload[];
  readonly durations: Durations;
  /** Shares of its capacity at which acknowledgements are timed. */
  readonly loads: readonly number[];
}

const CONNECTIONS = 8;
const STORED_POLL_MS = 100;
const STORED_WITHIN_MS = 120_000;

/** Starts a collector on empty tables and an empty directory, loads it, and ends it. */
export async function measure(options: MeasureOptions): Promise<Measurement> {
  const running = await options.subject.start(options.clickhouse);
  try {
    return await new Run(options, running).measure();
  } finally {
    await running.stop();
  }
}

class Run {
  readonly #options: MeasureOptions;
  readonly #running: RunningSubject;
  #requests = 0;
  #acknowledgedSpans = 0;

  constructor(options: MeasureOptions, running: RunningSubject) {
    this.#options = options;
    this.#running = running;
  }

  async measure(): Promise<Measurement> {
    const { durations, loads, clickhouse } = this.#options;
    await this.#saturate(durations.warmUp);
    await this.#settled();
    const before = await this.#cpu();
    const startedAt = performance.now();
    const { acknowledgedSpans: spans } = await this.#saturate(durations.saturation);
    await this.#settled();
    const seconds = (performance.now() - startedAt) / 1_000;
    const after = await this.#cpu();
    const own = after.collector - before.collector;
    const both = own + after.clickhouse - before.clickhouse;
    const acknowledgements: Acknowledgement[] = [];
    for (const load of loads) acknowledgements.push(await this.#acknowledgement(load, spans / seconds));
    const storedSpans = await this.#settled();
    return {
      spans,
      spansPerSecond: spans / seconds,
      spansPerCpuSecond: spans / own,
      ...(clickhouse.pid !== undefined && { spansPerCpuSecondWithClickHouse: spans / both }),
      acknowledgements,
      peakResidentBytes: await peakResidentBytes(this.#running.pid),
      acknowledgedSpans: this.#acknowledgedSpans,
      storedSpans,
    };
  }

  #saturate(seconds: number): Promise<LoadResult> {
    return this.#load(seconds, { kind: 'saturating', connections: CONNECTIONS });
  }

  async #acknowledgement(load: number, capacity: number): Promise<Acknowledgement> {
    const { payloads, durations } = this.#options;
    const spansPerRequest = payloads[0]?.spanIdOffsets.length ?? 1;
    const requestsPerSecond = (capacity * load) / spansPerRequest;
    const { latencies, refusals } = await this.#load(durations.steady, { kind: 'steady', requestsPerSecond });
    await this.#settled();
    const sorted = latencies.toSorted((a, b) => a - b);
    return { load, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), refusals };
  }

  async #load(seconds: number, pace: Parameters<LoadGenerator['run']>[0]['pace']): Promise<LoadResult> {
    const { generator, payloads } = this.#options;
    const { url } = this.#running;
    const result = await generator.run({ url, payloads, seconds, pace, firstNumber: this.#requests });
    this.#requests += result.requests;
    this.#acknowledgedSpans += result.acknowledgedSpans;
    return result;
  }

  /** Resolves when everything that was acknowledged is stored, or no more comes. */
  async #settled(): Promise<number> {
    const endAt = performance.now() + STORED_WITHIN_MS;
    let stored = await this.#running.storedSpans();
    while (stored < this.#acknowledgedSpans && performance.now() < endAt) {
      await sleep(STORED_POLL_MS);
      stored = await this.#running.storedSpans();
    }
    return stored;
  }

  async #cpu(): Promise<{ collector: number; clickhouse: number }> {
    const { pid } = this.#options.clickhouse;
    return {
      collector: await cpuSeconds(this.#running.pid),
      clickhouse: pid === undefined ? 0 : await cpuSeconds(pid),
    };
  }
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
