import type { ResponseSide } from '../fetch/response-side.ts';
import { presentedAs } from '../fetch/watched-response.ts';
import type { Ending } from '../observe/ending.ts';
import type { Verdict } from '../observe/outcome.ts';
import type { AttemptJudge } from './attempt-judge.ts';
import type { AttemptTimers } from './attempt-timers.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type BodyEnd = { readonly kind: 'eof' } | { readonly kind: 'error'; readonly error: unknown };

/** More than this is never held back: what is longer before its first content is no stream that could be repeated. */
const maxHeldBytes = 64 * 1024;

export interface HeldResponseOptions {
  readonly response: Response;
  readonly side: ResponseSide;
  readonly judge: AttemptJudge;
  readonly timers: AttemptTimers;
}

/**
 * A response that the application does not have yet. Its beginning is read and kept until it is clear whether the
 * attempt gives an answer; then the application gets all of it, as if nobody had looked, or none.
 */
export class HeldResponse {
  readonly #response: Response;
  readonly #side: ResponseSide;
  readonly #judge: AttemptJudge;
  readonly #timers: AttemptTimers;
  readonly #reader: ReadableStreamDefaultReader<Bytes> | undefined;
  readonly #held: Bytes[] = [];
  #heldBytes = 0;
  #end: BodyEnd | undefined;

  constructor({ response, side, judge, timers }: HeldResponseOptions) {
    this.#response = response;
    this.#side = side;
    this.#judge = judge;
    this.#timers = timers;
    this.#reader = response.body?.getReader();
    judge.observation.responded(side.observed);
  }

  /**
   * Reads until there is content, an error, or the end.
   *
   * @returns how the attempt ended without content; undefined if it gives an answer.
   */
  async settle(): Promise<Verdict | undefined> {
    const { observation } = this.#judge;
    const { ok, reader } = this.#side.observed;
    while (this.#heldBytes < maxHeldBytes) {
      observation.pulled();
      const bytes = await this.#readOn();
      if (bytes === undefined) return this.#judged(this.#ending());
      this.#hold(bytes);
      if (!ok) continue;
      if (observation.chunks > 0 || observation.ended) break;
      if (reader?.facts.error !== undefined) return this.#judged({ kind: 'cancel' });
      if (reader?.document !== undefined) break;
    }
    if (!ok) return this.#judged({ kind: 'eof' });
    return undefined;
  }

  #hold(bytes: Bytes): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#judge.observation.received(bytes);
  }

  #judged(ending: Ending): Verdict | undefined {
    this.#judge.observation.end(ending);
    const verdict = this.#judge.verdict();
    return verdict?.outcome === 'failed' || verdict?.outcome === 'aborted' ? verdict : undefined;
  }

  #ending(): Ending {
    const end = this.#end ?? { kind: 'eof' };
    const { signal } = this.#timers;
    return end.kind === 'error' && signal?.aborted ? { kind: 'abort', reason: signal.reason } : end;
  }

  /** How long to wait, where the error body says it as Google's does; seconds. */
  retryAfterSeconds(): number | undefined {
    const { ok, classifyError } = this.#side.observed;
    if (ok) return undefined;
    const decoder = new TextDecoder();
    const text = this.#held.map((bytes) => decoder.decode(bytes, { stream: true })).join('');
    return classifyError?.(text).retryAfterSeconds;
  }

  /** @returns undefined at the end, which is kept. */
  async #readOn(): Promise<Bytes | undefined> {
    if (this.#end !== undefined || this.#reader === undefined) return undefined;
    try {
      const { done, value } = await this.#reader.read();
      if (!done) return value;
      this.#end = { kind: 'eof' };
    } catch (error) {
      this.#end = { kind: 'error', error };
    }
    return undefined;
  }

  /** @returns the response for the application: the same bytes, and the same error after them. */
  release(): Response {
    const { status, statusText, headers } = this.#response;
    if (this.#reader === undefined) return this.#response;
    const body = new ReadableStream<Bytes>(
      { pull: (controller) => this.#pull(controller), cancel: (reason) => this.#cancel(reason) },
      { highWaterMark: 0 },
    );
    return presentedAs(new Response(body, { status, statusText, headers }), this.#response);
  }

  async #pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    const bytes = this.#held.shift() ?? (await this.#timers.whileWaiting(() => this.#readReleased()));
    if (bytes !== undefined) return controller.enqueue(bytes);
    this.#timers.stop();
    if (this.#end?.kind === 'error') throw this.#end.error;
    controller.close();
  }

  async #readReleased(): Promise<Bytes | undefined> {
    for (;;) {
      const bytes = await this.#readOn();
      // An empty piece would leave the application's read waiting without another pull.
      if (bytes?.length === 0) continue;
      if (bytes !== undefined && this.#carriesContent(bytes)) this.#timers.contentReceived();
      return bytes;
    }
  }

  #carriesContent(bytes: Bytes): boolean {
    if (!this.#timers.watchesContent) return false;
    const { reader } = this.#side.observed;
    return reader === undefined || reader.push(bytes).chunks > 0;
  }

  async #cancel(reason: unknown): Promise<void> {
    this.#timers.stop();
    await this.#reader?.cancel(reason);
  }

  /** The application will not get it. */
  discard(): void {
    this.#timers.stop();
    // The connection is given up; whether the other side minds is of no interest any more.
    this.#cancel(undefined).catch(() => undefined);
  }
}
