import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pipeline } from '@weir/schemas/api';
import { startEngine } from '../../clickhouse/engine.ts';
import { silentLogger } from '../../clickhouse/testing/temporary-engine.ts';
import { seededRandom } from '../../query/testing/seeded-random.ts';
import { type CollectorProcess, prepareCollectorProcess } from './collector-process.ts';
import { startTraffic } from './traffic.ts';

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly senders?: number;
  readonly spansPerExport?: number;
  readonly pauseMs?: number;
  /** Threads that read requests. Default: none. */
  readonly workers?: number;
  /** Told after each kill. */
  readonly onKill?: (kill: { number: number; target: Target; acknowledged: number }) => void;
}

export type Target = 'collector' | 'clickhouse' | 'both';

export interface ChaosReport {
  readonly acknowledged: number;
  /** Acknowledged, and not in ClickHouse. */
  readonly lost: readonly string[];
  /** In ClickHouse more than once. */
  readonly duplicated: readonly string[];
  /** In ClickHouse and never acknowledged; there are none, because every sender tries until it is. */
  readonly invented: readonly string[];
  readonly failedExports: number;
  /** How often the collector ended by itself and was started again. */
  readonly ownEnds: number;
  readonly kills: Readonly<Record<Target, number>>;
  /** Last words of the collector. */
  readonly said: string;
}

const LONGEST_LIFE_MS = 1_500;
/** A ClickHouse whose collector was killed keeps its directory for some seconds; longer on a busy machine. */
const RECOVERY_MS = 60_000;
const DRAIN_MS = 120_000;

/** Kills a collector, its ClickHouse, or both, at random moments under load, and counts what is there in the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-chaos-'));
  const collector = await prepareCollectorProcess(dataDir, {
    WEIR_RECEIVE_WORKERS: String(options.workers ?? 0),
  });
  try {
    collector.start();
    await untilAnswers(collector);
    const { senders = 4, pauseMs = 20 } = options;
    // Small bodies are not given to threads.
    const { spansPerExport = options.workers === undefined || options.workers === 0 ? 50 : 250 } = options;
    const traffic = startTraffic({ url: collector.url, senders, spansPerExport, pauseMs });
    const kills = await killAtRandom(collector, options, () => traffic.acknowledged.size);
    await traffic.stop();
    await untilDrained(collector);
    await collector.stop();
    const { acknowledged, failedExports } = traffic;
    const stored = await storedIds(dataDir);
    return {
      acknowledged: acknowledged.size,
      lost: [...acknowledged].filter((id) => !stored.has(id)),
      duplicated: [...stored].filter(([, count]) => count > 1).map(([id]) => id),
      invented: [...stored.keys()].filter((id) => !acknowledged.has(id)),
      ...{ failedExports, ownEnds: collector.ownEnds, kills, said: collector.said },
    };
  } finally {
    await collector.kill();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 50, retryDelay: 200 });
  }
}

async function killAtRandom(
  collector: CollectorProcess,
  { kills, seed, onKill }: ChaosOptions,
  acknowledged: () => number,
): Promise<Record<Target, number>> {
  const { next: random } = seededRandom(seed);
  const targets: readonly Target[] = ['collector', 'clickhouse', 'both'];
  const counts = { collector: 0, clickhouse: 0, both: 0 };
  for (let number = 1; number <= kills; number += 1) {
    // Mostly at work, now and then while it starts.
    if (random() < 0.75) await untilMore(acknowledged, collector);
    await sleep(random() * LONGEST_LIFE_MS);
    const target = targets[Math.floor(random() * targets.length)] ?? 'both';
    counts[target] += 1;
    if (target !== 'collector') await collector.killClickHouse();
    if (target !== 'clickhouse') {
      await collector.kill();
      collector.start();
    }
    onKill?.({ number, target, acknowledged: acknowledged() });
  }
  return counts;
}

async function untilMore(acknowledged: () => number, collector: CollectorProcess): Promise<void> {
  const before = acknowledged();
  const endAt = Date.now() + RECOVERY_MS;
  while (acknowledged() === before) {
    if (Date.now() > endAt)
      throw new Error(`nothing was acknowledged for ${RECOVERY_MS / 1_000} s: ${collector.said}`);
    await sleep(10);
  }
}

async function untilAnswers({ url }: CollectorProcess): Promise<void> {
  while (true) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
}

async function untilDrained({ url, said }: CollectorProcess): Promise<void> {
  const endAt = Date.now() + DRAIN_MS;
  while (Date.now() < endAt) {
    const answer = await fetch(`${url}/api/v1/pipeline`).catch(() => undefined);
    if (answer?.ok && ((await answer.json()) as Pipeline).spool.segments === 0) return;
    await sleep(200);
  }
  throw new Error(`the spool is not empty after ${DRAIN_MS / 1_000} s: ${said}`);
}

/** How often each span is in ClickHouse, which is asked without the collector. */
async function storedIds(dataDir: string): Promise<Map<string, number>> {
  const engine = await startEngine({
    server: { kind: 'embedded', dataDir },
    database: 'weir',
    logger: silentLogger,
  });
  try {
    const answer = await engine.client().query({
      query: `SELECT concat(lower(hex(trace_id)), '-', lower(hex(span_id))) AS id, toFloat64(count()) AS times
              FROM streams GROUP BY id`,
      format: 'JSONEachRow',
    });
    const rows = await answer.json<{ id: string; times: number }>();
    return new Map(rows.map(({ id, times }) => [id, times]));
  } finally {
    await engine.stop();
  }
}
