import { Worker } from 'node:worker_threads';
import type { BaseLogger } from 'pino';
import { SPAN_KEY_BYTES } from '../spool/record.ts';
import type { KnownSpans } from '../spool/sink.ts';
import type { Body, BodyReader, ReadBody } from './body-reader.ts';
import { defaultMaxAgeMs } from './limits.ts';
import type { ReadRequest, RequestReader } from './read-request.ts';
import { bufferOf, type ReadingAnswer, type ReadingJob, transferable } from './reading-job.ts';
import type { ValueLimits } from './value-limits.ts';

/** What of a `Worker` is used. */
export type ReadingThread = Pick<Worker, 'postMessage' | 'on' | 'terminate'>;

export interface ReadingThreadsOptions {
  /** How many; at least 1. */
  readonly threads: number;
  /** Default: a thread of this process. */
  readonly start?: () => ReadingThread;
  /** Reads on this thread, and leaves out what was taken before. */
  readonly readHere: RequestReader;
  readonly spans: KnownSpans;
  /** What the dimensions of each project hold: threads begin with it, and it takes in what they admit. */
  readonly values?: ValueLimits;
  /** How long streams of a project are kept, milliseconds. Default 30 days. */
  readonly maxAgeMs?: (project: string) => number;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Resolves after that time, or at once when aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Pick<BaseLogger, 'error'>;
}

export interface ReadingThreads {
  readonly read: BodyReader;
  /** Threads that ended by themselves, since the start; each was replaced. */
  readonly ended: number;
  close(): Promise<void>;
}

/** Handing a body over costs more than reading one of less than this. */
const SMALL_BYTES = 16 << 10;

/** Reading takes 10 ms a megabyte; a body that is the first in line twice, so long apart, does not end. */
const STUCK_MS = 30_000;

/** Before a thread is replaced; twice as long after each that ended without reading anything. */
const RESTART_MS = 500;
const LONGEST_RESTART_MS = 20_000;

/** A thread may not take the memory that all others need. */
const THREAD_HEAP_MEGABYTES = 512;

/**
 * Reads bodies on threads of their own. What is expensive (decoding, normalising, building the block, hashing) needs
 * nothing but the body; what must be one, the windows of what was taken and the spool, stays on this thread. So nothing
 * that a thread does or fails to do can acknowledge, lose or repeat a span.
 */
export function createReadingThreads(options: ReadingThreadsOptions): ReadingThreads {
  const closing = new AbortController();
  const start =
    options.start ??
    (() =>
      new Worker(new URL('./reading-thread.ts', import.meta.url), {
        resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MEGABYTES },
        workerData: options.values?.remembered() ?? {},
      }));
  let ended = 0;
  const lanes = Array.from({ length: options.threads }, () =>
    createLane(options, start, closing.signal, onEnd),
  );

  function onEnd(error: Error | undefined): void {
    ended += 1;
    const why = error === undefined ? '' : ` (${error.message})`;
    options.logger.error(
      `A thread that reads requests ended${why}; what it had is refused, and it is replaced`,
    );
  }

  return {
    read(body) {
      const lane = body.bytes.length < SMALL_BYTES ? undefined : leastBusy(lanes);
      return lane === undefined ? here(options, body) : lane.read(body);
    },
    get ended() {
      return ended;
    },
    async close() {
      closing.abort();
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

function here({ readHere }: ReadingThreadsOptions, { bytes, encoding, project }: Body): ReadBody {
  return { status: 'read', bytes, claim: () => readHere(bytes, encoding, project) };
}

/** @returns undefined while no thread is there */
function leastBusy(lanes: readonly Lane[]): Lane | undefined {
  let least: Lane | undefined;
  for (const lane of lanes) {
    if (lane.isRunning && (least === undefined || lane.bytes < least.bytes)) least = lane;
  }
  return least;
}

/** One thread after the other, with what it has to do. */
interface Lane {
  readonly isRunning: boolean;
  /** Of the bodies that wait for it. */
  readonly bytes: number;
  read(body: Body): Promise<ReadBody>;
  close(): Promise<void>;
}

interface Waiting {
  readonly length: number;
  settle(answer: ReadingAnswer | undefined): void;
}

function createLane(
  options: ReadingThreadsOptions,
  start: () => ReadingThread,
  closing: AbortSignal,
  onEnd: (error: Error | undefined) => void,
): Lane {
  const waiting = new Map<number, Waiting>();
  let bytes = 0;
  let number = 0;
  let restartMs = RESTART_MS;
  let thread: ReadingThread | undefined;
  run();

  function run(): void {
    const started = start();
    let error: Error | undefined;
    thread = started;
    void watch(started);
    started.on('message', (answer: ReadingAnswer) => {
      restartMs = RESTART_MS;
      settle(answer.number, answer);
    });
    started.on('error', (cause) => {
      error = cause as Error;
    });
    started.on('exit', () => {
      thread = undefined;
      for (const each of [...waiting.keys()]) settle(each, undefined);
      if (closing.aborted) return;
      onEnd(error);
      void options.delay(restartMs, closing).then(() => closing.aborted || run());
      restartMs = Math.min(LONGEST_RESTART_MS, 2 * restartMs);
    });
  }

  /** Ends a thread that has the same body before it as one period ago. */
  async function watch(started: ReadingThread): Promise<void> {
    let earlier: number | undefined;
    while (true) {
      await options.delay(STUCK_MS, closing);
      if (thread !== started || closing.aborted) return;
      const [first] = waiting.keys();
      if (first !== undefined && first === earlier) await started.terminate();
      earlier = first;
    }
  }

  function settle(which: number, answer: ReadingAnswer | undefined): void {
    const one = waiting.get(which);
    waiting.delete(which);
    bytes -= one?.length ?? 0;
    one?.settle(answer);
  }

  async function read(body: Body): Promise<ReadBody> {
    const { promise, resolve } = Promise.withResolvers<ReadingAnswer | undefined>();
    const handed = transferable(body.bytes);
    number += 1;
    const { encoding, project } = body;
    const receivedAtMs = options.now();
    waiting.set(number, { length: handed.length, settle: resolve });
    bytes += handed.length;
    const maxAgeMs = options.maxAgeMs?.(project) ?? defaultMaxAgeMs;
    const job: ReadingJob = { number, bytes: handed, encoding, project, receivedAtMs, maxAgeMs };
    thread?.postMessage(job, [handed.buffer]);
    const answer = await promise;
    return answer === undefined ? { status: 'lost' } : readBody(options, body, answer);
  }

  return {
    get isRunning() {
      return thread !== undefined;
    },
    get bytes() {
      return bytes;
    },
    read,
    async close() {
      await thread?.terminate();
    },
  };
}

function readBody(options: ReadingThreadsOptions, body: Body, { bytes, result }: ReadingAnswer): ReadBody {
  if (result.status === 'failed') throw result.error;
  const given = bufferOf(bytes);
  return { status: 'read', bytes: given, claim: () => claim(options, { ...body, bytes: given }, result) };
}

/** Nearly always every span is new, or none is because the request comes again; else it is read once more. */
function claim(options: ReadingThreadsOptions, body: Body, result: ReadRequest): ReadRequest {
  if (result.status !== 'ok') return result;
  const { readHere, spans, values, now } = options;
  const { tally, batch } = result;
  values?.of(body.project, now()).adopt(tally.admitted);
  const spanKeys = asBuffer(batch.spanKeys);
  const added = addAll(spans, spanKeys);
  if (added.length === spanKeys.length) {
    return { ...result, batch: { ...batch, spanKeys, block: asBuffer(batch.block) } };
  }
  spans.remove(added);
  const isRepetition = added.length === 0 && tally.lostBySender === 0;
  if (!isRepetition) return readHere(body.bytes, body.encoding, body.project);
  return {
    status: 'ok',
    tally: { ...tally, stored: 0, duplicates: tally.stored, altered: new Map(), overflows: new Map() },
    batch: { ...batch, rows: 0, spanKeys: EMPTY, block: EMPTY },
  };
}

const EMPTY = Buffer.alloc(0);

/** @returns the keys that were new */
function addAll(spans: KnownSpans, keys: Buffer): Buffer {
  const added: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < keys.length; at += SPAN_KEY_BYTES) {
    if (spans.add(keys, at)) continue;
    added.push(keys.subarray(from, at));
    from = at + SPAN_KEY_BYTES;
  }
  return from === 0 ? keys : Buffer.concat([...added, keys.subarray(from)]);
}

/** What crosses threads arrives as plain bytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}
