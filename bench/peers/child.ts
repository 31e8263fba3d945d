/**
 * One subject and one ending in a process of its own: `node child.ts <folder> <base URL> <application> <headers>`.
 * Sends an `Observed` to its parent.
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Application, applicationTimeoutMs, chunksBefore } from './endings.ts';
import { loadSubject, type SpanRecord, type Subject } from './subject.ts';

/** What the application saw, and what the instrumentation said. */
export interface Observed {
  readonly spans: readonly SpanRecord[];
  readonly chunks: number;
  /** From the call to the first chunk with text, as the application sees it. */
  readonly timeToFirstChunkMs: number | undefined;
  readonly error: string | undefined;
  readonly unhandledRejections: readonly string[];
}

/** Long enough for whoever drains a stream behind the application's back, and then for whoever batches. */
const settleMs = 1500;

const [folder = '', baseURL = '', application = 'reads', headers = '{}'] = process.argv.slice(2);

const unhandledRejections: string[] = [];
process.on('unhandledRejection', (reason) => void unhandledRejections.push(String(reason)));

const spans: SpanRecord[] = [];
const { createSubject } = await loadSubject(folder);
const subject = await createSubject({ baseURL, onSpan: (span) => void spans.push(span) });
const readAll = () => read(subject, application as Application);
const seen = await (subject.inRequest?.(readAll) ?? readAll());
await sleep(settleMs);
await subject.flush?.();
const observed: Observed = { ...seen, spans, unhandledRejections };
process.send?.(observed, () => process.exit());

async function read(from: Subject, behaviour: Application) {
  const abort = new AbortController();
  const signal = behaviour === 'times out' ? AbortSignal.timeout(applicationTimeoutMs) : abort.signal;
  const seen: { chunks: number; timeToFirstChunkMs: number | undefined; error: string | undefined } = {
    chunks: 0,
    timeToFirstChunkMs: undefined,
    error: undefined,
  };
  const startedAt = performance.now();
  try {
    for await (const text of await from.open({ headers: JSON.parse(headers), signal })) {
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
