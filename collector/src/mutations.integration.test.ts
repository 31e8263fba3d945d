import type { Pipeline } from '@weir/schemas/api';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { recordedSamples } from './testing/mutation/decode-mutants.ts';
import { bytesInUse } from './testing/mutation/memory.ts';
import { sendOverGrpc, sendOverHttp } from './testing/mutation/send-mutants.ts';
import { startTemporaryCollector, type TemporaryCollector } from './testing/temporary-collector.ts';

const { samples, atMs } = recordedSamples();
const whole = samples[0];
const BODIES = 1_500;
const DRAIN = { timeout: 30_000, interval: 100 };

let running: TemporaryCollector;
beforeAll(async () => {
  running = await startTemporaryCollector({ WEIR_GRPC_PORT: '0' }, { now: () => atMs });
}, 120_000);
afterAll(() => running.dispose());

async function expectItWorks(): Promise<void> {
  const answer = await fetch(`${running.collector.url}/v1/traces`, {
    method: 'POST',
    body: new Uint8Array(whole?.body ?? []),
    headers: { 'content-type': whole?.encoding === 'json' ? 'application/json' : 'application/x-protobuf' },
  });
  expect(answer.status).toBe(200);
  // What was taken of the damaged ones was good enough for ClickHouse.
  await vi.waitFor(async () => {
    const { spool } = await running.ask<Pipeline>('/pipeline');
    expect(spool).toMatchObject({ setAside: 0, segments: 0 });
  }, DRAIN);
}

it('damaged bodies over HTTP are taken or refused for good, and leave nothing in memory', async () => {
  const { url } = running.collector;
  await sendOverHttp({ url, samples, bodies: BODIES / 3, seed: 1 });
  const before = bytesInUse();
  const answers = await sendOverHttp({ url, samples, bodies: BODIES, seed: 2 });
  expect(bytesInUse() - before).toBeLessThan(48 << 20);
  expect(Object.keys(answers).filter((status) => !['200', '400', '413', '415'].includes(status))).toEqual([]);
  expect(answers['200']).toBeGreaterThan(BODIES / 10);
  expect(answers['400']).toBeGreaterThan(BODIES / 10);
  await expectItWorks();
}, 180_000);

it('damaged messages and frames over gRPC are taken or refused, each by itself', async () => {
  const { grpcUrl = '' } = running.collector;
  const answers = await sendOverGrpc({ url: grpcUrl, samples, bodies: BODIES, seed: 3 });
  // OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED for a length that is too large, UNIMPLEMENTED for a compression.
  expect(Object.keys(answers).filter((code) => !['0', '3', '8', '12'].includes(code))).toEqual([]);
  expect(answers['0']).toBeGreaterThan(BODIES / 10);
  expect(answers['3']).toBeGreaterThan(BODIES / 10);
  await expectItWorks();
}, 180_000);
