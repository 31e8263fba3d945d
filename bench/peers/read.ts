import { type Application, applicationTimeoutMs, chunksBefore } from './endings.ts';
import type { ChatCall, Subject } from './subject.ts';

/** What an application sees of a stream. */
export interface Read {
  readonly chunks: number;
  /** From the call to the first chunk with text. */
  readonly timeToFirstChunkMs: number | undefined;
  readonly error: string | undefined;
}

/** Asks one question and behaves as told while the answer comes. */
export async function read(
  from: Subject,
  behaviour: Application,
  call: Omit<ChatCall, 'signal'>,
): Promise<Read> {
  const abort = new AbortController();
  const signal = behaviour === 'times out' ? AbortSignal.timeout(applicationTimeoutMs) : abort.signal;
  const seen: { chunks: number; timeToFirstChunkMs: number | undefined; error: string | undefined } = {
    chunks: 0,
    timeToFirstChunkMs: undefined,
    error: undefined,
  };
  const startedAt = performance.now();
  try {
    for await (const text of await from.open({ ...call, signal })) {
      if (text === '') continue;
      seen.timeToFirstChunkMs ??= performance.now() - startedAt;
      seen.chunks += 1;
      if (seen.chunks === chunksBefore && behaviour === 'breaks') break;
      if (seen.chunks === chunksBefore && behaviour === 'aborts') abort.abort();
    }
  } catch (error) {
    seen.error = String(error);
  }
  return seen;
}
