import type { LinkType } from '@weir/schemas/attributes';
import type { AttemptScope, LogicalRequest } from '../attempts/attempt-scope.ts';
import type { EndedObservation } from '../observe/observation.ts';
import type { Verdict } from '../observe/outcome.ts';
import type { Failure, RetryCourse } from './retry-course.ts';
import type { Decision } from './retry-policy.ts';

export interface StreamScopeOptions {
  readonly request: LogicalRequest;
  readonly link: LinkType;
  readonly course: RetryCourse;
  readonly outer: AttemptScope | undefined;
  /** What the application has of the answer, over all attempts. */
  readonly output: () => Failure['output'];
}

/** One attempt of a resilient stream, and what its observation says about it. */
export class StreamScope implements AttemptScope {
  readonly request: LogicalRequest;
  readonly #options: StreamScopeOptions;
  #link: LinkType;
  #isObserved = false;
  #ended: EndedObservation | undefined;
  #onEnded: (() => void) | undefined;
  #decision: Decision | undefined;

  constructor(options: StreamScopeOptions) {
    this.request = options.request;
    this.#options = options;
    this.#link = options.link;
  }

  began(): LinkType {
    const link = this.#link;
    this.#link = 'retry_of';
    // Another call of the same attempt is the client library's own retry: what its first one came to counts no more.
    this.#isObserved = true;
    this.#decision = undefined;
    this.#ended = undefined;
    return link;
  }

  ended(ended: EndedObservation): boolean | undefined {
    this.#ended = ended;
    if (ended.verdict?.outcome === 'failed') {
      this.decide({ reason: ended.verdict.reason, isRetryRefused: ended.shouldRetry === false });
    }
    this.#onEnded?.();
    if (this.#decision !== undefined && this.#decision.status !== 'give_up') return false;
    return this.#options.outer === undefined ? true : this.#options.outer.ended(ended);
  }

  /** What the observation says; undefined while it has not ended, and where nothing is observed. */
  get verdict(): Verdict | undefined {
    return this.#ended?.verdict;
  }

  /**
   * Waits for the observation to end: a client library may throw before it lets go of the connection.
   *
   * @param after starts a timer and returns what stops it.
   */
  async settled(after: (task: () => void) => () => void): Promise<void> {
    if (!this.#isObserved || this.#ended !== undefined) return;
    await new Promise<void>((resolve) => {
      const stop = after(resolve);
      this.#onEnded = () => {
        stop();
        resolve();
      };
    });
  }

  /** Decides what follows the attempt: once, unless output comes to light that was still on its way then. */
  decide(failed: Omit<Failure, 'output'>): Decision {
    const retryAfterSeconds = failed.retryAfterSeconds ?? this.#ended?.facts.retryAfterSeconds;
    const output = this.#options.output();
    this.#decision ??= this.#options.course.decide({ ...failed, retryAfterSeconds, output });
    if (output !== 'none') this.#decision = afterOutput(this.#decision, output);
    return this.#decision;
  }
}

/** A client library may read ahead: then the stream breaks before the application has what came until then. */
function afterOutput(decision: Decision, output: 'seen' | 'resumable'): Decision {
  if (decision.status === 'retry' && output === 'resumable') return { ...decision, status: 'resume' };
  const repeats = decision.status === 'retry' || decision.status === 'fallback';
  return repeats ? { status: 'give_up', because: 'output_seen' } : decision;
}
