import type { LinkType } from '@weir/schemas/attributes';
import { activeAttemptScope, runAsAttempt } from '../attempt-context.ts';
import type { LogicalRequest } from '../attempts/attempt-scope.ts';
import { createTelemetry } from '../telemetry.ts';
import type { Resumption } from './resumption.ts';
import { type Failure, RetryCourse } from './retry-course.ts';
import { type Decision, type RetryOptions, type RetryPolicy, resolveRetryPolicy } from './retry-policy.ts';
import { StreamScope } from './stream-scope.ts';
import { failureOfThrown } from './thrown-failure.ts';

export interface StreamAttempt {
  /** From 1. */
  readonly number: number;
  readonly kind: 'first' | 'retry' | 'resume' | 'fallback';
}

/** Asks for a stream once. It makes one call to a provider, or is an async generator that does. */
export type OpenStream<T> = (attempt: StreamAttempt) => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>;

export interface ResilientStreamOptions<T> extends RetryOptions {
  /** Other ways to an answer, tried in order: another model, another provider, the same without a stream. */
  readonly fallbacks?: readonly OpenStream<T>[];
  /** How to go on once the application has part of the answer. Without it, nothing is repeated from then on. */
  readonly resume?: Resumption<T>;
  /** Ends the waits between attempts. Pass it to the calls too. */
  readonly signal?: AbortSignal;
}

/** Longest wait for the verdict on an attempt whose error is there already, ms. */
const verdictPatienceMs = 100;

/**
 * Iterates over a stream, and over those that take its place when it fails: a retry or a fallback while the application
 * has nothing, a resumption once it has something. All attempts are one logical request on their spans.
 *
 * How an attempt ended is taken from its observation, so that a stream that merely stops, which client libraries do not
 * report, is gone on with as well; calls that are not observed are judged by the errors they throw. When the policy
 * gives up, the application sees the end that the last attempt had.
 */
export async function* resilientStream<T>(
  open: OpenStream<T>,
  options: ResilientStreamOptions<T> = {},
): AsyncGenerator<T, void, undefined> {
  const run = new StreamRun<T>(open, options);
  let next: NextAttempt<T> | undefined = run.first;
  while (next !== undefined) {
    const scope = run.begin(next);
    const items = new AttemptItems<T>(scope, next);
    let end: AttemptEnd | undefined;
    try {
      while (end === undefined) {
        const step = await items.next();
        if (step.status !== 'item') {
          end = step;
          continue;
        }
        run.delivers(step.item);
        yield step.item;
      }
    } finally {
      if (end === undefined) await items.stop();
    }
    next = await run.after(end, scope);
  }
}

interface NextAttempt<T> {
  readonly number: number;
  readonly open: OpenStream<T>;
  readonly kind: StreamAttempt['kind'];
  readonly link: LinkType;
}

type AttemptEnd = { readonly status: 'ended' } | { readonly status: 'failed'; readonly error: unknown };
type Step<T> = { readonly status: 'item'; readonly item: T } | AttemptEnd;

/** The items of one attempt. Opening and reading happen as a part of it, so that its calls are recognised. */
class AttemptItems<T> {
  readonly #scope: StreamScope;
  readonly #open: () => ReturnType<OpenStream<T>>;
  #iterator: AsyncIterator<T> | undefined;

  constructor(scope: StreamScope, { open, kind, number }: NextAttempt<T>) {
    this.#scope = scope;
    this.#open = () => open({ number, kind });
  }

  async next(): Promise<Step<T>> {
    try {
      this.#iterator ??= (await runAsAttempt(this.#scope, this.#open))[Symbol.asyncIterator]();
      const iterator = this.#iterator;
      const { done, value } = await runAsAttempt(this.#scope, () => iterator.next());
      return done === true ? { status: 'ended' } : { status: 'item', item: value };
    } catch (error) {
      return { status: 'failed', error };
    }
  }

  async stop(): Promise<void> {
    await this.#iterator?.return?.();
  }
}

/** One stream of the application over all of its attempts. */
class StreamRun<T> {
  readonly first: NextAttempt<T>;
  readonly #options: ResilientStreamOptions<T>;
  readonly #policy: RetryPolicy;
  readonly #outer = activeAttemptScope();
  readonly #request: LogicalRequest = this.#outer?.request ?? { prior: undefined };
  readonly #course: RetryCourse;
  readonly #telemetry = createTelemetry({ now: Date.now });
  #current: NextAttempt<T>;
  #hasOutput = false;

  constructor(open: OpenStream<T>, options: ResilientStreamOptions<T>) {
    this.#options = options;
    this.#policy = resolveRetryPolicy(options);
    const fallbacks = options.fallbacks?.length ?? 0;
    this.#course = new RetryCourse({ policy: this.#policy, fallbacks, isReplayable: true });
    this.first = { number: 1, open, kind: 'first', link: this.#outer?.began() ?? 'retry_of' };
    this.#current = this.first;
  }

  begin(attempt: NextAttempt<T>): StreamScope {
    this.#current = attempt;
    return new StreamScope({
      request: this.#request,
      link: attempt.link,
      course: this.#course,
      outer: this.#outer,
      output: () => this.#output(),
    });
  }

  delivers(item: T): void {
    this.#hasOutput = true;
    this.#options.resume?.received(item);
  }

  #output(): Failure['output'] {
    if (!this.#hasOutput) return 'none';
    return this.#options.resume?.isPossible === true ? 'resumable' : 'seen';
  }

  /**
   * @returns what comes next; undefined if the stream is at its end.
   * @throws what the attempt threw, if nothing comes next.
   */
  async after(end: AttemptEnd, scope: StreamScope): Promise<NextAttempt<T> | undefined> {
    const { timing } = this.#policy;
    if (end.status === 'failed') await scope.settled((task) => timing.after(verdictPatienceMs, task));
    const failure = failureOf(end, scope);
    if (failure === undefined) {
      if (end.status === 'failed') throw end.error;
      this.#policy.budget.answered();
      return undefined;
    }
    const decision = scope.decide(failure);
    this.#report(failure, decision);
    if (decision.status === 'give_up') {
      if (end.status === 'failed') throw end.error;
      return undefined;
    }
    await timing.sleep(decision.delayMs, this.#options.signal);
    return this.#nextAttempt(decision);
  }

  #report({ reason }: Pick<Failure, 'reason'>, decision: Decision): void {
    const { prior } = this.#request;
    const attempt = prior?.attempt ?? this.#current.number;
    this.#telemetry.decided(reason, decision);
    this.#policy.onDecision?.({ requestId: prior?.requestId, attempt, reason, decision });
  }

  #nextAttempt(decision: Exclude<Decision, { status: 'give_up' }>): NextAttempt<T> {
    const { resume, fallbacks = [] } = this.#options;
    const number = this.#current.number + 1;
    switch (decision.status) {
      case 'retry':
        return { number, open: this.#current.open, kind: 'retry', link: 'retry_of' };
      case 'resume':
        return { number, open: resume?.open ?? this.#current.open, kind: 'resume', link: 'resumed_from' };
      case 'fallback': {
        const open = fallbacks[decision.target - 1] ?? this.#current.open;
        return { number, open, kind: 'fallback', link: 'fallback_of' };
      }
    }
  }
}

/** The verdict of the observation decides; without one, the error that was thrown. */
function failureOf(end: AttemptEnd, { verdict }: StreamScope): Omit<Failure, 'output'> | undefined {
  if (verdict !== undefined) return verdict.outcome === 'failed' ? { reason: verdict.reason } : undefined;
  return end.status === 'failed' ? failureOfThrown(end.error, Date.now()) : undefined;
}
