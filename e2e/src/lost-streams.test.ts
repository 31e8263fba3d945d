import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Collector, createCollector, readConfig } from '@weir/collector';
import type { Pipeline, StreamPage } from '@weir/schemas/api';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './eventually.ts';

const program = fileURLToPath(new URL('../../sdk/src/testing/programs/long-stream.ts', import.meta.url));

let dataDir: string;
let collector: Collector;
let simulator: Simulator;
const children: ChildProcess[] = [];

async function startCollector(): Promise<void> {
  collector = await createCollector(readConfig({ WEIR_PORT: '0', WEIR_DATA_DIR: dataDir }, dataDir));
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-lost-'));
  simulator = await createSimulator();
  await startCollector();
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await simulator?.close();
  await collector?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A program with one stream of 30 chunks, `gapMs` apart. */
async function stream(gapMs: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SIMULATOR_URL: simulator.url,
      WEIR_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      PROGRAM_GAP_MS: String(gapMs),
    },
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function ask<T>(path: string): Promise<T> {
  return (await fetch(`${collector.url}/api/v1${path}`)).json() as Promise<T>;
}

async function streams() {
  return (await ask<StreamPage>('/streams')).rows;
}

async function untilReported(reports: number): Promise<void> {
  await eventually(`${reports} reports`, async () => {
    const { skippedSpans } = await ask<Pipeline>('/pipeline');
    const taken = skippedSpans.find(({ reason }) => reason === 'open_report')?.spans ?? 0;
    return taken >= reports ? true : undefined;
  });
}

function untilStreams(number: number) {
  return eventually(`${number} streams`, async () => {
    const found = await streams();
    return found.length >= number ? found : undefined;
  });
}

it('stores the stream of a killed process as lost, once, through restarts of the collector', async () => {
  const killed = await stream(60_000);
  await untilReported(1);
  killed.kill('SIGKILL');
  await collector.close();
  await startCollector();
  const [lost, ...others] = await untilStreams(1);
  expect(others).toEqual([]);
  expect(lost).toMatchObject({
    outcome: 'lost',
    reason: 'lost',
    stage: 'streaming',
    model: 'gpt-4.1',
    chunks: 1,
  });

  // A stream that goes on for longer than one is waited for, after every report was looked at again.
  await collector.close();
  await startCollector();
  await once(await stream(300), 'close');
  expect((await untilStreams(2)).map(({ outcome }) => outcome)).toEqual(['completed', 'lost']);
  expect((await ask<Pipeline>('/pipeline')).duplicateSpans).toBe(0);
});
