import { type StreamTimeoutCode, StreamTimeoutError } from '../observe/timeout-error.ts';
import type { Timing } from './timing.ts';

/** How long to wait for what. What is left out is not limited. */
export interface Timeouts {
  /** From the call of an attempt to its first content, headers included. */
  readonly firstChunkSeconds?: number;
  /** Silence between two pieces of content while the application waits for more. Keep-alives do not end it. */
  readonly idleSeconds?: number;
  /** From the call to the end of the answer, over all attempts and the waits between them. */
  readonly totalSeconds?: number;
}

export interface AttemptTimersOptions {
  readonly timeouts: Timeouts;
  readonly timing: Timing;
  /** When the total runs out, ms of the clock. */
  readonly deadlineMs: number | undefined;
  /** The application's own signal. */
  readonly signal: AbortSignal | undefined;
}

/** The timers of one attempt. One that runs out aborts the attempt with a `StreamTimeoutError` as the reason. */
export class AttemptTimers {
  /** To be passed to the call. Left to the application's own where nothing is limited. */
  readonly signal: AbortSignal | undefined;
  /** Whether anything is limited. */
  readonly areSet: boolean;
  readonly #timing: Timing;
  readonly #idleMs: number | undefined;
  readonly #cut = new AbortController();
  #stopFirstChunk: (() => void) | undefined;
  #stopTotal: (() => void) | undefined;
  #idleLeftMs: number | undefined;

  constructor({ timeouts, timing, deadlineMs, signal }: AttemptTimersOptions) {
    const { firstChunkSeconds, idleSeconds, totalSeconds } = timeouts;
    this.#timing = timing;
    this.#idleMs = idleSeconds === undefined ? undefined : idleSeconds * 1000;
    this.areSet = (firstChunkSeconds ?? idleSeconds ?? totalSeconds) !== undefined;
    this.signal = this.areSet ? either(this.#cut.signal, signal) : signal;
    if (firstChunkSeconds !== undefined) {
      this.#stopFirstChunk = this.#start(firstChunkSeconds * 1000, 'first_chunk_timeout', firstChunkSeconds);
    }
    if (totalSeconds !== undefined && deadlineMs !== undefined) {
      this.#stopTotal = this.#start(deadlineMs - timing.clock(), 'total_timeout', totalSeconds);
    }
  }

  /** Whether it matters which bytes carry content. */
  get watchesContent(): boolean {
    return this.#idleMs !== undefined;
  }

  contentReceived(): void {
    this.#stopFirstChunk?.();
    this.#stopFirstChunk = undefined;
    this.#idleLeftMs = this.#idleMs;
  }

  /** Times the silence while `read` waits: a slow reader is not a silent provider. */
  async whileWaiting<T>(read: () => Promise<T>): Promise<T> {
    const leftMs = this.#idleLeftMs;
    if (leftMs === undefined) return read();
    const sinceMs = this.#timing.clock();
    const stop = this.#start(leftMs, 'idle_timeout', (this.#idleMs ?? leftMs) / 1000);
    try {
      return await read();
    } finally {
      stop();
      this.#idleLeftMs = Math.max(0, leftMs - (this.#timing.clock() - sinceMs));
    }
  }

  stop(): void {
    this.#stopFirstChunk?.();
    this.#stopTotal?.();
  }

  #start(ms: number, code: StreamTimeoutCode, seconds: number): () => void {
    return this.#timing.after(Math.max(0, ms), () => this.#cut.abort(new StreamTimeoutError(code, seconds)));
  }
}

function either(own: AbortSignal, theirs: AbortSignal | undefined): AbortSignal {
  return theirs === undefined ? own : AbortSignal.any([own, theirs]);
}
