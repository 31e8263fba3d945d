import { reasons, terminationReasons } from '@weir/schemas/termination';
import { describe, expect, test } from 'vitest';
import { createManualTiming } from '../testing/manual-timing.ts';
import { createRetryBudget } from './retry-budget.ts';
import { type Failure, RetryCourse } from './retry-course.ts';
import { type RetryOptions, resolveRetryPolicy } from './retry-policy.ts';

const reset: Failure = { reason: 'reset', output: 'none' };

function course(options: RetryOptions = {}, more: { fallbacks?: number; isReplayable?: boolean } = {}) {
  const policy = resolveRetryPolicy({ timing: createManualTiming(), ...options });
  return new RetryCourse({ policy, fallbacks: 0, isReplayable: true, ...more });
}

describe('what is repeated', () => {
  test.each(reasons)('%s is repeated exactly if the taxonomy says that it may succeed', (reason) => {
    const { status } = course().decide({ reason, output: 'none' });
    expect(status).toBe(terminationReasons[reason].retryable ? 'retry' : 'give_up');
  });

  test('nothing is, once the application has output', () => {
    const decision = course().decide({ ...reset, output: 'seen' });
    expect(decision).toEqual({ status: 'give_up', because: 'output_seen' });
  });

  test('output that can be gone on with is resumed', () => {
    expect(course().decide({ ...reset, output: 'resumable' })).toMatchObject({ status: 'resume' });
  });

  test('nothing is where the provider refuses, or the body can be read only once', () => {
    const refused = course().decide({ ...reset, isRetryRefused: true });
    expect(refused).toEqual({ status: 'give_up', because: 'not_retryable' });
    const once = course({}, { isReplayable: false }).decide(reset);
    expect(once).toEqual({ status: 'give_up', because: 'not_replayable' });
  });
});

describe('how often', () => {
  test('at most maxAttempts times at one target, each fallback anew', () => {
    const run = course({ maxAttempts: 2 }, { fallbacks: 1 });
    const decisions = [reset, reset, reset, reset].map((failure) => run.decide(failure).status);
    expect(decisions).toEqual(['retry', 'fallback', 'retry', 'give_up']);
  });

  test('not when the next attempt would begin after maxElapsedSeconds', () => {
    const timing = createManualTiming();
    const run = course({ maxElapsedSeconds: 10, timing });
    timing.advance(9900);
    expect(run.decide(reset)).toEqual({ status: 'give_up', because: 'elapsed' });
  });

  test('not when the budget is empty, which other requests share', () => {
    const budget = createRetryBudget({ capacity: 2 });
    const decisions = [1, 2, 3].map(() => course({ budget }).decide(reset));
    expect(decisions.map(({ status }) => status)).toEqual(['retry', 'retry', 'give_up']);
    expect(decisions[2]).toEqual({ status: 'give_up', because: 'budget' });
    expect(budget.refused).toBe(1);
    for (let answers = 0; answers < 10; answers++) budget.answered();
    expect(course({ budget }).decide(reset).status).toBe('retry');
  });

  test('a decision to give up costs no token', () => {
    const budget = createRetryBudget();
    course({ budget }).decide({ reason: 'auth_error', output: 'none' });
    expect(budget.tokens).toBe(10);
  });
});

describe('how long it waits', () => {
  const delays = (random: number, failures: readonly Failure[]) => {
    const run = course({ maxAttempts: 99, maxElapsedSeconds: 999, timing: createManualTiming(random) });
    return failures.map((failure) => {
      const decision = run.decide(failure);
      return 'delayMs' in decision ? decision.delayMs : undefined;
    });
  };

  test('the limit doubles up to its maximum, and jitter takes any part of it', () => {
    const many = Array.from({ length: 7 }, () => reset);
    expect(delays(0.5, many)).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
    expect(delays(0, many)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test('Retry-After is kept in full, with jitter on top', () => {
    const limited: Failure = { reason: 'rate_limited', output: 'none', retryAfterSeconds: 20 };
    expect(delays(0, [limited])).toEqual([20_000]);
    expect(delays(0.5, [limited])).toEqual([20_250]);
  });

  test('a provider that asks for too long is not waited for', () => {
    const limited: Failure = { reason: 'rate_limited', output: 'none', retryAfterSeconds: 31 };
    expect(course().decide(limited)).toEqual({ status: 'give_up', because: 'retry_after' });
  });
});

describe('fallbacks', () => {
  test('take over at once where waiting does not help, and say why', () => {
    const quota = course({}, { fallbacks: 1 }).decide({ reason: 'quota_exceeded', output: 'none' });
    expect(quota).toEqual({ status: 'fallback', target: 1, delayMs: 0, because: 'not_retryable' });
  });

  test('are not for requests that would fail anywhere', () => {
    const bad = course({}, { fallbacks: 1 }).decide({ reason: 'bad_request', output: 'none' });
    expect(bad).toEqual({ status: 'give_up', because: 'not_retryable' });
  });

  test('never follow output', () => {
    const seen = course({}, { fallbacks: 1 }).decide({ ...reset, output: 'seen' });
    expect(seen.status).toBe('give_up');
    const resumable = course({ maxAttempts: 1 }, { fallbacks: 1 }).decide({ ...reset, output: 'resumable' });
    expect(resumable).toEqual({ status: 'give_up', because: 'attempts' });
  });

  test('go to reasons of the application’s choice', () => {
    const fallbackOn = (reason: string) => reason === 'context_length';
    const run = course({ fallbackOn }, { fallbacks: 1 });
    expect(run.decide({ reason: 'context_length', output: 'none' }).status).toBe('fallback');
  });
});
