import { Worker } from 'node:worker_threads';
import { startTemporaryCollector } from '../temporary-collector.ts';
import { type DecodeReport, recordedSamples } from './decode-mutants.ts';
import type { FromDecodingThread } from './decoding-thread.ts';
import { type Answers, sendOverGrpc, sendOverHttp } from './send-mutants.ts';

export interface MutationOptions {
  /** Read by the decoder; one in 50 of them goes over HTTP to a running collector, one in 500 over gRPC. */
  readonly bodies: number;
  readonly seed: number;
  readonly onProgress: (done: number) => unknown;
}

export interface MutationReport {
  readonly decoded: DecodeReport;
  readonly http: Answers;
  readonly grpc: Answers;
  /** What should not be, in words; empty when all is well. */
  readonly faults: readonly string[];
}

/** A thousand bodies take a second. */
const STUCK_MS = 60_000;
const MAX_GROWTH_BYTES = 32 << 20;

/** Damages real requests and sees that nothing breaks, hangs or keeps memory. */
export async function runMutations({ bodies, seed, onProgress }: MutationOptions): Promise<MutationReport> {
  const decoded = await decodeOnThread({ bodies, seed, onProgress });
  const { samples, atMs } = recordedSamples();
  const running = await startTemporaryCollector({ WEIR_GRPC_PORT: '0' }, { now: () => atMs });
  const { url, grpcUrl = '' } = running.collector;
  try {
    const http = await sendOverHttp({ url, samples, bodies: Math.ceil(bodies / 50), seed: seed + 1 });
    const grpc = await sendOverGrpc({
      url: grpcUrl,
      samples,
      bodies: Math.ceil(bodies / 500),
      seed: seed + 2,
    });
    const faults = [
      ...(decoded.growthBytes > MAX_GROWTH_BYTES ? [`${decoded.growthBytes} bytes stay in memory`] : []),
      ...unexpected('HTTP', http, ['200', '400', '413', '415', '503']),
      ...unexpected('gRPC', grpc, ['0', '3', '8', '12', '14']),
    ];
    return { decoded, http, grpc, faults };
  } finally {
    await running.dispose();
  }
}

function unexpected(transport: string, answers: Answers, expected: readonly string[]): string[] {
  return Object.entries(answers)
    .filter(([answer]) => !expected.includes(answer))
    .map(([answer, times]) => `${times} times ${answer} over ${transport}`);
}

function decodeOnThread({ bodies, seed, onProgress }: MutationOptions): Promise<DecodeReport> {
  const thread = new Worker(new URL('decoding-thread.ts', import.meta.url), { workerData: { bodies, seed } });
  return new Promise((resolve, reject) => {
    let done = 0;
    const stuck = () => {
      reject(new Error(`one of the 1,000 bodies from ${done} of seed ${seed} takes forever`));
      void thread.terminate();
    };
    let watch = setTimeout(stuck, STUCK_MS);
    thread.on('message', (message: FromDecodingThread) => {
      clearTimeout(watch);
      if (message.status === 'done') return resolve(message.report);
      watch = setTimeout(stuck, STUCK_MS);
      ({ done } = message);
      onProgress(done);
    });
    thread.on('error', (error) => {
      clearTimeout(watch);
      reject(error);
    });
  });
}
