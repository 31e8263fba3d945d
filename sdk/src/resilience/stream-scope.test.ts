import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { describe, expect, test } from 'vitest';
import { activeAttemptScope } from '../attempt-context.ts';
import type { EndedObservation } from '../observe/observation.ts';
import { createManualTiming } from '../testing/manual-timing.ts';
import { resilientStream } from './resilient-stream.ts';
import { continueText, type Resumption } from './resumption.ts';
import type { AttemptDecision } from './retry-policy.ts';
import { systemTiming } from './timing.ts';

function endedWith(reason: TerminationReason): EndedObservation {
  const verdict = {
    outcome: outcomeOf(reason),
    reason,
    stage: 'streaming',
    initiator: 'unknown',
    initiatorEvidence: '',
    retryable: true,
  } as const;
  return { facts: {}, verdict, durationSeconds: 1 };
}

/** A call whose observation ends when the test says so. */
function observedCall(): { end(reason: TerminationReason): boolean | undefined } {
  const scope = activeAttemptScope();
  scope?.began();
  return { end: (reason) => scope?.ended(endedWith(reason)) };
}

async function read(open: () => AsyncIterable<string>, resume?: Resumption<string>) {
  const decisions: AttemptDecision[] = [];
  const items: string[] = [];
  const timing = { ...createManualTiming(), after: systemTiming.after };
  const options = { timing, onDecision: (told: AttemptDecision) => decisions.push(told) };
  let error: unknown;
  try {
    for await (const item of resilientStream(open, {
      ...options,
      ...(resume === undefined ? {} : { resume }),
    })) {
      items.push(item);
    }
  } catch (thrown) {
    error = thrown;
  }
  return {
    items,
    error,
    decisions: decisions.map(({ reason, decision }) => `${reason}: ${decision.status}`),
  };
}

const unspeaking = new Error('something happened');

describe('a client library that reads ahead', () => {
  /** Breaks on the wire while the application has nothing yet, and then hands out what it had. */
  function readsAhead() {
    let attempts = 0;
    const finals: (boolean | undefined)[] = [];
    const open = (): AsyncIterable<string> => {
      const isFirst = ++attempts === 1;
      const call = observedCall();
      finals.push(call.end(isFirst ? 'reset' : 'completed'));
      return (async function* () {
        yield isFirst ? 'a' : 'b';
        if (isFirst) throw unspeaking;
      })();
    };
    return { open, finals };
  }

  test('is not asked again once the application has what it read', async () => {
    const { open, finals } = readsAhead();
    expect(await read(open)).toEqual({ items: ['a'], error: unspeaking, decisions: ['reset: give_up'] });
    expect(finals).toEqual([false]);
  });

  test('is gone on with after what it read', async () => {
    const { open, finals } = readsAhead();
    const resume = continueText<string>({ textOf: (item) => item, open });
    expect(await read(open, resume)).toEqual({
      items: ['a', 'b'],
      error: undefined,
      decisions: ['reset: resume'],
    });
    expect(finals).toEqual([false, true]);
  });
});

test('a client library that throws before it lets go of the connection is judged by what was observed', async () => {
  let attempts = 0;
  const open = (): AsyncIterable<string> => {
    const isFirst = ++attempts === 1;
    const call = observedCall();
    return (async function* () {
      if (isFirst) {
        setTimeout(() => call.end('malformed'), 5);
        throw unspeaking;
      }
      yield 'a';
      call.end('completed');
    })();
  };
  expect(await read(open)).toEqual({ items: ['a'], error: undefined, decisions: ['malformed: retry'] });
});

test('an error that follows a whole answer is the application’s to see', async () => {
  const open = (): AsyncIterable<string> => {
    const call = observedCall();
    return (async function* () {
      yield 'a';
      call.end('completed');
      throw unspeaking;
    })();
  };
  expect(await read(open)).toEqual({ items: ['a'], error: unspeaking, decisions: [] });
});

test('an answer that asks not to be asked again is heeded, although its reason is retryable', async () => {
  let calls = 0;
  const open = (): AsyncIterable<string> => {
    calls++;
    const scope = activeAttemptScope();
    scope?.began();
    // biome-ignore lint/correctness/useYield: it fails before there is anything to give.
    return (async function* () {
      expect(scope?.ended({ ...endedWith('overloaded'), shouldRetry: false })).toBe(true);
      throw unspeaking;
    })();
  };
  expect(await read(open)).toEqual({ items: [], error: unspeaking, decisions: ['overloaded: give_up'] });
  expect(calls).toBe(1);
});
