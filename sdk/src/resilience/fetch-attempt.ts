import { runAsAttempt } from '../attempt-context.ts';
import type { Fetch } from '../fetch/observe-fetch.ts';
import { readResponse } from '../fetch/response-side.ts';
import { fullKnowledge } from '../protocols/index.ts';
import { type AttemptJudge, createAttemptJudge } from './attempt-judge.ts';
import { AttemptTimers, type AttemptTimersOptions } from './attempt-timers.ts';
import type { FetchScope } from './fetch-scope.ts';
import type { FetchTarget } from './fetch-target.ts';
import { HeldResponse } from './held-response.ts';
import type { Failure } from './retry-course.ts';

/** What one attempt came to, before the application has seen any of it. */
export type FetchAttemptResult =
  | { readonly status: 'answered'; readonly response: Response }
  | {
      readonly status: 'failed';
      readonly failure: Failure;
      /** Gives the application what the attempt came to: a response, or the error of the call, thrown. */
      giveBack(): Response;
      /** Lets go of the connection. */
      discard(): void;
    };

export interface FetchAttemptOptions {
  readonly fetch: Fetch;
  readonly target: FetchTarget;
  readonly scope: FetchScope;
  readonly timers: AttemptTimersOptions;
  readonly onBug: (bug: unknown) => void;
}

/** Sends the request once, and waits until it is clear whether it is answered: headers, then the first content. */
export async function attemptFetch(options: FetchAttemptOptions): Promise<FetchAttemptResult> {
  const { fetch, target, scope } = options;
  const timers = new AttemptTimers(options.timers);
  const judge = createAttemptJudge(options.timers.timing.clock, options.onBug);
  const { signal } = timers;
  const init = signal === undefined ? target.init : { ...target.init, signal };
  let response: Response;
  try {
    response = await runAsAttempt(scope, () => fetch(target.input, init));
  } catch (error) {
    timers.stop();
    return callFailed(error, signal, judge);
  }
  try {
    return await settle(response, options, judge, timers);
  } catch (bug) {
    options.onBug(bug);
    return { status: 'answered', response };
  }
}

function callFailed(
  error: unknown,
  signal: AbortSignal | undefined,
  { observation, verdict }: AttemptJudge,
): FetchAttemptResult {
  observation.end(signal?.aborted ? { kind: 'abort', reason: signal.reason } : { kind: 'error', error });
  return {
    status: 'failed',
    failure: { reason: verdict()?.reason ?? 'unknown', output: 'none' },
    giveBack: () => {
      throw error;
    },
    discard: () => undefined,
  };
}

async function settle(
  response: Response,
  { target, scope }: FetchAttemptOptions,
  judge: AttemptJudge,
  timers: AttemptTimers,
): Promise<FetchAttemptResult> {
  const side = readResponse(response, target.call, fullKnowledge);
  const isStream = side?.observed.reader !== undefined && response.body !== null;
  const isHeld = side !== undefined && (isStream || !response.ok);
  if (side === undefined || (!isHeld && !timers.areSet)) {
    timers.stop();
    return { status: 'answered', response };
  }
  const held = new HeldResponse({ response, side, judge, timers });
  scope.hints = () => ({
    retryAfterSeconds: side.facts.retryAfterSeconds ?? held.retryAfterSeconds(),
    isRetryRefused: response.headers.get('x-should-retry') === 'false',
  });
  const verdict = isHeld ? await held.settle() : undefined;
  timers.contentReceived();
  if (verdict === undefined) return { status: 'answered', response: held.release() };
  return {
    status: 'failed',
    failure: { reason: verdict.reason, output: 'none', ...scope.hints() },
    giveBack: () => held.release(),
    discard: () => held.discard(),
  };
}
