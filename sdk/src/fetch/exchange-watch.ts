import { type Ending, isAbortError } from '../observe/ending.ts';
import type { Observation } from '../observe/observation.ts';
import type { AnswerError } from '../protocols/index.ts';
import type { BodyWatch } from './body-watch.ts';
import { Reachable } from './reachable.ts';

export interface ExchangeWatchOptions<T> {
  readonly observation: Observation<T>;
  readonly signal: AbortSignal | undefined;
  /** What the provider says by an error that a library throws. */
  readonly toldBy?: (error: unknown) => AnswerError | undefined;
  /** The signal belongs to a client library, which also fires it when the application merely stops reading. */
  readonly libraryOwnsSignal: boolean;
}

/** An error that nobody reads, or reads on after, is reported after this long, not when it is collected. */
const unreadErrorMs = 2000;

/**
 * Ties one observation to what happens around it: the signal of the call, the reads of the body, and the garbage
 * collector. Holds neither response nor body, so that it keeps none of them alive.
 *
 * `openai` and `@anthropic-ai/sdk` abort a controller of their own when a loop over their stream is left or fails, and
 * also forward the application's `AbortSignal` to it. What happens next tells them apart: an abort while a read waits
 * comes from outside, unless that read fails with another error; one without a read, followed by `cancel()` rather than
 * by another read, is a reader that stopped. An application that aborts `openai` from inside its own loop body looks the
 * same as one that breaks.
 */
export class ExchangeWatch<T = Uint8Array> implements BodyWatch<T> {
  /** Let go of at the end: the application may hold the response, and with it this watch, for as long as it likes. */
  #observation: Observation<T> | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #libraryOwnsSignal: boolean;
  readonly #onAbort: (() => void) | undefined;
  readonly #told: (error: unknown) => AnswerError | undefined;
  #response: Reachable | undefined;
  #holder: Reachable | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The library has aborted, and what for is still to be seen; `reading` when a read was waiting at that time. */
  #undecided: 'reading' | 'idle' | undefined;

  constructor(options: ExchangeWatchOptions<T>) {
    this.#observation = options.observation;
    this.#signal = options.signal;
    this.#libraryOwnsSignal = options.libraryOwnsSignal;
    this.#told = options.toldBy ?? (() => undefined);
    if (options.signal === undefined) return;
    this.#onAbort = () => this.#aborted();
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get ended(): boolean {
    return this.#observation?.ended ?? true;
  }

  /** The headers came; an error response that stays unread is not waited for. */
  responded(ok: boolean, response: object): void {
    if (this.ended) return;
    this.#response = new Reachable(response);
    if (ok) return;
    this.#later(unreadErrorMs, () => {
      if (this.#observation?.everPulled === false) this.#end({ kind: 'eof' });
    });
  }

  pulled(): void {
    if (this.#undecided !== undefined) this.#abort();
    else this.#observation?.pulled();
  }

  received(item: T): void {
    const observation = this.#observation;
    if (observation === undefined) return;
    observation.received(item);
    if (observation.erred && !observation.ended && this.#undecided === undefined) this.#endUnlessReadOn();
  }

  /** `@google/genai` and `ollama` throw at an error in the stream, and neither cancel the body nor touch it again. */
  #endUnlessReadOn(): void {
    this.#later(unreadErrorMs, () => {
      if (this.#observation?.readPending === false) this.#end({ kind: 'collected' });
    });
  }

  released(): void {
    this.#observation?.released();
  }

  finished(): void {
    // A library may end its iteration without a word when it is aborted.
    if (this.#undecided !== undefined) this.#abort();
    else this.#end({ kind: 'eof' });
  }

  failed(error: unknown): void {
    const signal = this.#signal;
    if (signal?.aborted && (error === signal.reason || isAbortError(error))) this.#abort();
    else this.#end({ kind: 'error', error, told: this.#told(error) });
  }

  cancelled(): void {
    if (this.#undecided === 'reading') {
      this.#abort();
    } else {
      this.#end({ kind: this.#isCollected() ? 'collected' : 'cancel' });
    }
  }

  /** The runtime cancels the body of a response that was collected unread. */
  #isCollected(): boolean {
    return this.#observation?.everPulled === false && this.#response?.isCollected === true;
  }

  heldBy(holder: object): void {
    const observation = this.#observation;
    this.#holder?.forget();
    this.#holder = new Reachable(holder, () => observation?.end({ kind: 'collected' }));
  }

  /** The observation has ended: lets go of everything that was listened to. */
  release(): void {
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#response?.forget();
    this.#holder?.forget();
    this.#response = undefined;
    this.#holder = undefined;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#observation = undefined;
  }

  #aborted(): void {
    if (this.ended) return;
    if (this.#libraryOwnsSignal && this.#observation?.isOpen && isPlainAbort(this.#signal?.reason)) {
      this.#undecided = this.#observation.readPending ? 'reading' : 'idle';
      this.#later(0, () => this.#abort());
    } else {
      this.#abort();
    }
  }

  #abort(): void {
    this.#end({ kind: 'abort', reason: this.#signal?.reason });
  }

  #end(ending: Ending): void {
    this.#observation?.end(ending);
  }

  #later(ms: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, ms);
    // In a browser a timer is a number and holds nothing alive.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }
}

/** `abort()` without a reason, which is how the libraries do it. */
function isPlainAbort(reason: unknown): boolean {
  return isAbortError(reason) && Reflect.get(reason as object, 'name') === 'AbortError';
}
