import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createForwarder, type ForwarderBounds } from './forwarder.ts';
import type { Payload } from './payload.ts';
import type { SendOutcome } from './send-payload.ts';
import { createVirtualClock } from './testing/virtual-clock.ts';

const bounds: ForwarderBounds = {
  ...{ requests: 4, bytes: 1_000, concurrency: 1, retryForMs: 60_000 },
  ...{ firstPauseMs: 1_000, longestPauseMs: 8_000, longestRetryAfterMs: 20_000, closeMs: 3_000 },
};
const later: SendOutcome = { status: 'later', detail: 'it answered 503' };
const taken: SendOutcome = { status: 'taken' };

function payload(name: string): Payload {
  const body = Buffer.from(name);
  return { body, contentType: 'application/json', contentEncoding: undefined, via: undefined };
}

/** A forwarder before an endpoint that answers what it is told to, in a time that is skipped when nothing happens. */
function setUp(
  answer: (attempt: number) => SendOutcome | Promise<SendOutcome>,
  over: Partial<ForwarderBounds> = {},
) {
  const sent: string[] = [];
  const lines: string[] = [];
  const clock = createVirtualClock();
  const forwarder = createForwarder({
    name: 'tempo',
    send: async ({ body }) => {
      sent.push(body.toString());
      return answer(sent.length - 1);
    },
    logger: { warn: (line: string) => lines.push(line), info: (line: string) => lines.push(line) },
    now: clock.now,
    random: () => 1,
    delay: clock.delay,
    bounds: { ...bounds, ...over },
  });
  return {
    ...{ forwarder, sent, lines, pauses: clock.delays, pass: clock.pass },
    async settled() {
      while (forwarder.counts().queued.requests > 0) {
        await setImmediate();
        clock.skip();
      }
      return forwarder.counts();
    },
  };
}

/** An answer that is given when the test says so. */
function held() {
  const { promise, resolve } = Promise.withResolvers<SendOutcome>();
  return { answer: () => promise, release: () => resolve(taken) };
}

describe('a forwarder', () => {
  it('sends what it is offered, oldest first', async () => {
    const { forwarder, sent, settled } = setUp(() => taken);
    for (const name of ['a', 'b', 'c']) forwarder.offer(payload(name));
    expect(await settled()).toMatchObject({ forwarded: 3, retries: 0 });
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('repeats the same request after pauses that double to a bound', async () => {
    const { forwarder, sent, pauses, settled } = setUp((attempt) => (attempt < 6 ? later : taken));
    forwarder.offer(payload('a'));
    expect(await settled()).toMatchObject({ forwarded: 1, retries: 6 });
    expect(sent).toEqual(Array(7).fill('a'));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it('waits as long as it is asked to, to a bound', async () => {
    const asked = [5_000, 3_600_000];
    const { forwarder, pauses, settled } = setUp((attempt) => {
      const retryAfterMs = asked[attempt];
      return retryAfterMs === undefined ? taken : { ...later, retryAfterMs };
    });
    forwarder.offer(payload('a'));
    await settled();
    expect(pauses).toEqual([5_000, 20_000]);
  });

  it('pauses for all requests at once, and doubles once for those that fail together', async () => {
    const { forwarder, pauses, settled } = setUp((attempt) => (attempt < 3 ? later : taken), {
      concurrency: 3,
    });
    for (const name of ['a', 'b', 'c']) forwarder.offer(payload(name));
    expect(await settled()).toMatchObject({ forwarded: 3, retries: 3 });
    expect(pauses).toEqual([1_000, 1_000, 1_000]);
  });

  it('begins with short pauses again once something was taken', async () => {
    const { forwarder, pauses, settled } = setUp((attempt) =>
      attempt === 2 || attempt === 4 ? taken : later,
    );
    forwarder.offer(payload('a'));
    forwarder.offer(payload('b'));
    await settled();
    expect(pauses).toEqual([1_000, 2_000, 1_000]);
  });

  it('gives a request up that fails for too long, and goes on with the next', async () => {
    const { forwarder, settled, sent } = setUp((attempt) => (attempt < 4 ? later : taken), {
      retryForMs: 5_000,
    });
    forwarder.offer(payload('a'));
    forwarder.offer(payload('b'));
    const { forwarded, dropped } = await settled();
    expect([forwarded, [...dropped]]).toEqual([1, [['expired', 1]]]);
    expect(sent.at(-1)).toBe('b');
  });

  it('does not repeat what is refused', async () => {
    const refused: SendOutcome = { status: 'refused', detail: 'it answered 400' };
    const { forwarder, sent, pauses, settled } = setUp((attempt) => (attempt === 0 ? refused : taken));
    forwarder.offer(payload('a'));
    forwarder.offer(payload('b'));
    const { forwarded, dropped } = await settled();
    expect([forwarded, [...dropped]]).toEqual([1, [['refused', 1]]]);
    expect([sent, pauses]).toEqual([['a', 'b'], []]);
  });

  it('keeps to its bounds while the endpoint is slow, and drops the oldest', async () => {
    const { answer, release } = held();
    const { forwarder, sent, settled } = setUp(answer);
    for (const name of 'abcdefgh') forwarder.offer(payload(name));
    expect(forwarder.counts().queued).toEqual({ requests: 4, bytes: 4 });
    release();
    const { forwarded, dropped } = await settled();
    expect([forwarded, [...dropped]]).toEqual([4, [['queue_full', 4]]]);
    expect(sent).toEqual(['a', 'f', 'g', 'h']);
  });

  it('has no more requests under way than it may', async () => {
    const { answer, release } = held();
    const { forwarder, sent, settled } = setUp(answer, { concurrency: 2 });
    for (const name of 'abcd') forwarder.offer(payload(name));
    await setImmediate();
    expect(sent).toEqual(['a', 'b']);
    release();
    expect(await settled()).toMatchObject({ forwarded: 4 });
  });
});

describe('the log of a forwarder', () => {
  it('has one line when the endpoint begins to fail, and one when it has been well for a while', async () => {
    const { forwarder, lines, pass, settled } = setUp((attempt) =>
      attempt % 2 === 0 && attempt < 8 ? later : taken,
    );
    for (let round = 0; round < 6; round += 1) {
      forwarder.offer(payload('a'));
      await settled();
    }
    expect(lines).toEqual(['Forwarding to tempo fails: it answered 503.']);
    pass(60_000);
    forwarder.offer(payload('a'));
    await settled();
    expect(lines.slice(1)).toEqual(['Forwarding to tempo works again.']);
  });

  it('has one line for all that overflows', async () => {
    const { answer, release } = held();
    const { forwarder, lines, settled } = setUp(answer);
    for (let i = 0; i < 100; i += 1) forwarder.offer(payload('a'));
    release();
    await settled();
    expect(lines).toEqual(['The queue to tempo is full: the oldest requests in it are dropped.']);
  });
});

describe('a forwarder that closes', () => {
  it('sends what waits', async () => {
    const { forwarder, sent } = setUp(() => taken);
    for (const name of 'abc') forwarder.offer(payload(name));
    await forwarder.close();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('tries what waits once, without pauses, and counts what fails', async () => {
    const { forwarder, sent } = setUp(() => later);
    for (const name of 'abc') forwarder.offer(payload(name));
    await setImmediate();
    await forwarder.close();
    expect(sent).toEqual(['a', 'a', 'b', 'c']);
    expect([...forwarder.counts().dropped]).toEqual([['stopping', 3]]);
  });

  it('takes nothing more', async () => {
    const { forwarder, sent } = setUp(() => taken);
    await forwarder.close();
    forwarder.offer(payload('late'));
    expect([sent, [...forwarder.counts().dropped]]).toEqual([[], [['stopping', 1]]]);
  });

  it('does not wait for an endpoint that does not answer', async () => {
    const lost: AbortSignal[] = [];
    const forwarder = createForwarder({
      name: 'tempo',
      send: (_payload, signal) => {
        lost.push(signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(later)));
      },
      logger: { warn: () => undefined, info: () => undefined },
      now: () => 0,
      random: () => 1,
      delay: async () => undefined,
      bounds,
    });
    for (const name of 'abc') forwarder.offer(payload(name));
    await forwarder.close();
    expect(lost).toHaveLength(1);
    expect(forwarder.counts()).toMatchObject({
      dropped: new Map([['stopping', 3]]),
      queued: { requests: 0, bytes: 0 },
    });
  });
});
