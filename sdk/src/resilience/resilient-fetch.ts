import type { LinkType } from '@weir/schemas/attributes';
import { activeAttemptScope } from '../attempt-context.ts';
import type { AttemptScope, LogicalRequest } from '../attempts/attempt-scope.ts';
import type { Fetch } from '../fetch/observe-fetch.ts';
import { createTelemetry, type Telemetry } from '../telemetry.ts';
import type { Timeouts } from './attempt-timers.ts';
import { attemptFetch, type FetchAttemptResult } from './fetch-attempt.ts';
import { FetchScope } from './fetch-scope.ts';
import {
  applyFallback,
  type FetchFallback,
  type FetchTarget,
  fetchTarget,
  isReplayable,
} from './fetch-target.ts';
import { RetryCourse } from './retry-course.ts';
import { type Decision, type RetryOptions, type RetryPolicy, resolveRetryPolicy } from './retry-policy.ts';

export interface ResilientFetchOptions extends RetryOptions {
  /** Tried in order once the request is given up where it was sent before. */
  readonly fallbacks?: readonly FetchFallback[];
  readonly timeouts?: Timeouts;
}

/**
 * A `fetch` that tries calls to language models again until the first content has come, for `new OpenAI({ fetch })`,
 * `new Anthropic({ fetch })` or direct use. Other calls pass untouched.
 *
 * It resolves with one attempt, whole: headers and body belong together, and the body begins with the provider's first
 * byte. To that end the answer is held back up to its first content (64 KiB at most); from then on nothing is repeated,
 * and `resilientStream` can go on. When the policy gives up, the application gets exactly what the last attempt came to.
 *
 * @param fetch the `fetch` to use; wrap the observed one, so that every attempt has its span.
 * @param options limits, timeouts and fallbacks; without any, three attempts within a minute and no timeouts.
 * @throws {TypeError} where the URL of a fallback cannot be read.
 */
export function resilientFetch(fetch: Fetch, options: ResilientFetchOptions = {}): Fetch {
  const settings: CallSettings = {
    fetch,
    policy: resolveRetryPolicy(options),
    timeouts: options.timeouts ?? {},
    fallbacks: options.fallbacks ?? [],
    telemetry: createTelemetry({ now: Date.now }),
  };
  for (const { url } of settings.fallbacks) if (url !== undefined) new URL(url);

  const resilient: Fetch = (input, init) => {
    const target = fetchTarget(input, init);
    return target === undefined ? fetch(input, init) : new ResilientCall(target, settings).answer();
  };
  // Runtimes hang functions of their own on `fetch` (`fetch.preconnect` in Bun).
  Object.defineProperties(resilient, Object.getOwnPropertyDescriptors(fetch));
  return resilient;
}

interface CallSettings {
  readonly fetch: Fetch;
  readonly policy: RetryPolicy;
  readonly timeouts: Timeouts;
  readonly fallbacks: readonly FetchFallback[];
  readonly telemetry: Telemetry;
}

/** One call of the application: a logical request, or a part of a larger one. */
class ResilientCall {
  readonly #settings: CallSettings;
  readonly #target: FetchTarget;
  readonly #fallbacks: readonly FetchFallback[];
  readonly #outer: AttemptScope | undefined;
  readonly #request: LogicalRequest;
  readonly #course: RetryCourse;
  readonly #deadlineMs: number | undefined;

  constructor(target: FetchTarget, settings: CallSettings) {
    const { policy, timeouts, fallbacks } = settings;
    this.#settings = settings;
    this.#target = target;
    this.#fallbacks = fallbacks.filter(
      ({ model }) => model === undefined || typeof target.init.body === 'string',
    );
    this.#outer = activeAttemptScope();
    this.#request = this.#outer?.request ?? { prior: undefined };
    const { totalSeconds } = timeouts;
    this.#deadlineMs = totalSeconds === undefined ? undefined : policy.timing.clock() + totalSeconds * 1000;
    this.#course = new RetryCourse({
      policy,
      fallbacks: this.#fallbacks.length,
      isReplayable: isReplayable(target),
      deadlineMs: this.#deadlineMs,
    });
  }

  async answer(): Promise<Response> {
    const { policy } = this.#settings;
    let target = this.#target;
    let link: LinkType = this.#outer?.began() ?? 'retry_of';
    for (let attempt = 1; ; attempt++) {
      const { result, decision } = await this.#attempt(target, link, attempt);
      if (decision === undefined) return result.response;
      if (decision.status === 'give_up') return result.giveBack();
      result.discard();
      link = 'retry_of';
      if (decision.status === 'fallback') {
        link = 'fallback_of';
        target = applyFallback(this.#target, this.#fallbacks[decision.target - 1] ?? {});
      }
      await policy.timing.sleep(decision.delayMs, this.#target.signal);
    }
  }

  async #attempt(target: FetchTarget, link: LinkType, attempt: number): Promise<Attempted> {
    const { fetch, policy, timeouts, telemetry } = this.#settings;
    const scope = new FetchScope({ request: this.#request, link, course: this.#course, outer: this.#outer });
    const { signal } = target;
    const timers = { timeouts, timing: policy.timing, deadlineMs: this.#deadlineMs, signal };
    const result = await attemptFetch({ fetch, target, scope, timers, onBug: telemetry.bug });
    if (result.status === 'answered') {
      scope.handOver();
      policy.budget.answered();
      return { result, decision: undefined };
    }
    const decision = scope.decide(result.failure);
    const { prior } = this.#request;
    telemetry.decided(result.failure.reason, decision);
    policy.onDecision?.({
      requestId: prior?.requestId,
      attempt: prior?.attempt ?? attempt,
      reason: result.failure.reason,
      decision,
    });
    return { result, decision };
  }
}

type Attempted =
  | { readonly result: Extract<FetchAttemptResult, { status: 'answered' }>; readonly decision: undefined }
  | { readonly result: Extract<FetchAttemptResult, { status: 'failed' }>; readonly decision: Decision };
