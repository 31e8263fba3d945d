/**
 * A thread that reads bodies: bytes in, a batch out. It knows nothing of what was taken before: the windows belong to the
 * thread that appends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createRequestReader } from './read-request.ts';
import { bufferOf, type ReadingAnswer, type ReadingJob, transferable } from './reading-job.ts';
import { createValueLimits, type RememberedValues } from './value-limits.ts';

function answerJobs(port: NonNullable<typeof parentPort>): void {
  let current = { receivedAtMs: 0, maxAgeMs: 0 };
  const read = createRequestReader({
    now: () => current.receivedAtMs,
    maxAgeMs: () => current.maxAgeMs,
    spans: { add: () => true, remove: () => undefined },
    values: createValueLimits((workerData ?? {}) as RememberedValues),
  });
  port.on('message', ({ number, bytes, encoding, project, ...job }: ReadingJob) => {
    current = job;
    const answer = (result: ReadingAnswer['result'], handedOver: readonly Uint8Array<ArrayBuffer>[]) => {
      const buffers = [bytes, ...handedOver].map(({ buffer }) => buffer);
      port.postMessage({ number, bytes, result } satisfies ReadingAnswer, buffers);
    };
    try {
      const result = read(bufferOf(bytes), encoding, project);
      if (result.status !== 'ok') return answer(result, []);
      const block = transferable(result.batch.block);
      const spanKeys = transferable(result.batch.spanKeys);
      const batch = { ...result.batch, block: bufferOf(block), spanKeys: bufferOf(spanKeys) };
      answer({ ...result, batch }, [block, spanKeys]);
    } catch (error) {
      answer({ status: 'failed', error }, []);
    }
  });
}

if (parentPort === null) throw new Error('reading-thread.ts runs as a thread');
answerJobs(parentPort);
