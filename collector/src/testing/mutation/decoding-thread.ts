/** Reads damaged bodies on a thread of its own, so that whoever started it notices when one of them takes forever. */
import { parentPort, workerData } from 'node:worker_threads';
import { type DecodeReport, decodeMutants } from './decode-mutants.ts';

export type FromDecodingThread =
  | { readonly status: 'working'; readonly done: number }
  | { readonly status: 'done'; readonly report: DecodeReport };

const tell = (message: FromDecodingThread) => parentPort?.postMessage(message);
const { bodies, seed } = workerData as { bodies: number; seed: number };
const report = decodeMutants({ bodies, seed, onProgress: (done) => tell({ status: 'working', done }) });
tell({ status: 'done', report });
