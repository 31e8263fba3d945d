import { createRequestReader } from '../../receive/read-request.ts';
import { readRecordings } from '../../receive/testing/recordings.ts';
import { noKnownSpans } from '../../spool/testing/no-known-spans.ts';
import { bytesInUse } from './memory.ts';
import { createMutator, type Mutant, type Sample } from './mutator.ts';

export interface DecodeReport {
  readonly bodies: number;
  /** Bodies that were read in spite of what was done to them. */
  readonly read: number;
  readonly undecodable: number;
  readonly tooLarge: number;
  readonly streams: number;
  /** Of memory in use, from when caches were warm to the end. */
  readonly growthBytes: number;
}

export interface DecodeOptions {
  readonly bodies: number;
  readonly seed: number;
  /** Told now and then how many are done. */
  readonly onProgress?: (done: number) => void;
}

/** What real instrumentations send, and when they did. */
export function recordedSamples(): { readonly samples: readonly Sample[]; readonly atMs: number } {
  const recordings = readRecordings().flatMap((one) => one.recordings);
  return {
    samples: recordings.flatMap(({ requests }) => requests),
    atMs: Math.max(...recordings.map(({ recordedAtMs }) => recordedAtMs)),
  };
}

const PROGRESS_BODIES = 1_000;
const WARM_SHARE = 0.2;

/**
 * Reads damaged bodies as the receiver does, up to the block for ClickHouse. A body is read or is undecodable: any
 * exception ends the run, with the seed and the number that bring it back.
 */
export function decodeMutants({ bodies, seed, onProgress }: DecodeOptions): DecodeReport {
  const { samples, atMs } = recordedSamples();
  const next = createMutator(seed, samples);
  const read = createRequestReader({ now: () => atMs, spans: noKnownSpans });
  const counts = { ok: 0, undecodable: 0, too_large: 0, streams: 0 };
  let warmBytes = 0;
  for (let number = 0; number < bodies; number += 1) {
    if (number % PROGRESS_BODIES === 0) onProgress?.(number);
    if (number === Math.floor(bodies * WARM_SHARE)) warmBytes = bytesInUse();
    const mutant = next();
    const result = namingTheMutant({ seed, number, mutant }, () =>
      read(mutant.body, mutant.encoding, 'default'),
    );
    counts[result.status] += 1;
    if (result.status === 'ok') counts.streams += result.batch.rows;
  }
  const { ok, undecodable, too_large, streams } = counts;
  const growthBytes = bytesInUse() - warmBytes;
  return { bodies, read: ok, undecodable, tooLarge: too_large, streams, growthBytes };
}

function namingTheMutant<T>(
  { seed, number, mutant }: { seed: number; number: number; mutant: Mutant },
  run: () => T,
): T {
  try {
    return run();
  } catch (cause) {
    const how = `${mutant.encoding}, ${mutant.mutations.join(', ')}`;
    throw new Error(`body ${number} of seed ${seed} (${how}) broke the reader`, { cause });
  }
}
