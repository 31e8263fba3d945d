import { describe, expect, it } from 'vitest';
import { createGroupingSink, type GroupingSinkOptions, type SinkBounds } from './grouping-sink.ts';
import type { InsertResult } from './insert-streams.ts';
import type { Batch } from './sink.ts';

const bounds: Partial<SinkBounds> = { queueBytes: 1_000, groupBytes: 500, intervalMs: 100, maxWaitMs: 5_000 };
const stored: InsertResult = { status: 'stored' };
const unavailable: InsertResult = { status: 'unavailable', reason: 'socket hang up' };

/** A sink on a ClickHouse whose answers the test gives, and a clock that it turns. */
function setUp(overrides: Partial<Pick<GroupingSinkOptions, 'isReady' | 'bounds'>> = {}) {
  let nowMs = 0;
  const timers: { at: number; fire: () => void }[] = [];
  const inserts: { rows: string[]; token: string; answer: (result: InsertResult) => void }[] = [];
  const lines: string[] = [];
  const log = (line: unknown) => lines.push(String(line));
  const sink = createGroupingSink({
    insert: (blocks, token) =>
      new Promise((answer) => inserts.push({ rows: blocks.map(String), token, answer })),
    isReady: () => true,
    logger: { info: log, warn: log, error: log },
    now: () => nowMs,
    delay: (ms, signal) =>
      new Promise((resolve) => {
        timers.push({ at: nowMs + ms, fire: resolve });
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    bounds,
    ...overrides,
  });
  return {
    sink,
    inserts,
    lines,
    async pass(ms: number) {
      nowMs += ms;
      for (const timer of timers.splice(0)) {
        if (timer.at <= nowMs) timer.fire();
        else timers.push(timer);
      }
      await settle();
    },
    async answer(result: InsertResult) {
      const insert = inserts.at(-1);
      insert?.answer(result);
      await settle();
    },
  };
}

/** Lets everything that is due run: promises take several turns to reach their end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function batch(name: string, bytes = 10): Batch {
  return { payloadHash: name, rows: 1, block: Buffer.from(name.padEnd(bytes)) };
}

describe('the grouping sink', () => {
  it('acknowledges only when ClickHouse has the rows', async () => {
    const { sink, answer } = setUp();
    let result: unknown;
    void sink.append(batch('a')).then((value) => {
      result = value;
    });
    await settle();
    expect(result).toBeUndefined();
    await answer(stored);
    expect(result).toEqual({ status: 'stored', isDuplicate: false });
    expect(sink.depth()).toEqual({ batches: 0, bytes: 0 });
  });

  it('puts what arrives during an insert into the next one together', async () => {
    const { sink, inserts, answer, pass } = setUp();
    const all = ['a', 'b', 'c'].map((name) => sink.append(batch(name)));
    expect(inserts.map(({ rows }) => rows.length)).toEqual([1]);
    await answer(stored);
    await pass(100);
    expect(inserts.map(({ rows }) => rows.length)).toEqual([1, 2]);
    await answer(stored);
    expect(await Promise.all(all)).toHaveLength(3);
  });

  it('keeps inserts apart, so that ClickHouse can merge their parts', async () => {
    const { sink, inserts, answer, pass } = setUp();
    void sink.append(batch('a'));
    await answer(stored);
    void sink.append(batch('b'));
    await pass(99);
    expect(inserts).toHaveLength(1);
    await pass(1);
    expect(inserts).toHaveLength(2);
  });

  it('bounds one insert, and lets a larger batch go alone', async () => {
    const { sink, inserts, answer, pass } = setUp({ bounds: { ...bounds, queueBytes: 5_000 } });
    for (const [name, bytes] of Object.entries({ a: 200, b: 200, c: 200, d: 600, e: 10 })) {
      void sink.append(batch(name, bytes));
    }
    for (let i = 0; i < 4; i += 1) {
      await answer(stored);
      await pass(100);
    }
    expect(inserts.map(({ rows }) => rows.map((row) => row.trim()))).toEqual([
      ['a'],
      ['b', 'c'],
      ['d'],
      ['e'],
    ]);
  });

  it('refuses when the queue is full, and takes again when it is not', async () => {
    const { sink, answer, pass } = setUp();
    void sink.append(batch('a', 900));
    expect(await sink.append(batch('b', 200))).toEqual({
      status: 'busy',
      reason: 'queue_full',
      retryAfterSeconds: 1,
    });
    await answer(stored);
    await pass(100);
    const again = sink.append(batch('b', 200));
    await settle();
    await answer(stored);
    expect(await again).toMatchObject({ status: 'stored' });
  });

  it('takes nothing while ClickHouse is away', async () => {
    const { sink, inserts } = setUp({ isReady: () => false });
    expect(await sink.append(batch('a'))).toEqual({
      status: 'busy',
      reason: 'not_ready',
      retryAfterSeconds: 2,
    });
    expect(inserts).toEqual([]);
  });

  it('repeats an insert of unknown fate, the same bytes under the same token, with one line in the log', async () => {
    const { sink, inserts, lines, answer, pass } = setUp();
    const result = sink.append(batch('a'));
    for (let i = 0; i < 3; i += 1) {
      await answer(unavailable);
      await pass(2_000);
    }
    await answer(stored);
    expect(new Set(inserts.map(({ rows, token }) => `${rows}/${token}`)).size).toBe(1);
    expect(inserts).toHaveLength(4);
    expect(lines).toHaveLength(2);
    expect(await result).toMatchObject({ status: 'busy', reason: 'slow' });
  });

  it('tells a sender to come back rather than let it wait beyond its patience', async () => {
    const { sink, answer, pass } = setUp();
    const first = sink.append(batch('a'));
    await pass(5_000);
    expect(await first).toEqual({ status: 'busy', reason: 'slow', retryAfterSeconds: 1 });
    const second = sink.append(batch('a'));
    await answer(stored);
    expect(await second).toEqual({ status: 'stored', isDuplicate: true });
  });

  it('inserts a payload once, however often it is sent', async () => {
    const { sink, inserts, answer } = setUp();
    const both = [sink.append(batch('a')), sink.append(batch('a'))];
    await answer(stored);
    const later = await sink.append(batch('a'));
    expect(inserts).toHaveLength(1);
    expect(
      [...(await Promise.all(both)), later].map((result) => 'isDuplicate' in result && result.isDuplicate),
    ).toEqual([false, true, true]);
  });

  it('fails what ClickHouse refuses for good, and goes on', async () => {
    const { sink, answer, pass } = setUp();
    const bad = sink.append(batch('bad'));
    await answer({ status: 'refused', reason: 'TYPE_MISMATCH' });
    expect(await bad).toMatchObject({ status: 'failed' });
    await pass(100);
    const good = sink.append(batch('good'));
    await answer(stored);
    expect(await good).toMatchObject({ status: 'stored' });
  });

  it('names a payload alone by its own hash, so that ClickHouse knows it after a restart', async () => {
    const { sink, inserts } = setUp();
    void sink.append(batch('payload-1'));
    expect(inserts[0]?.token).toBe('payload-1');
  });

  it('stores what waits when it closes, and takes nothing more', async () => {
    const { sink, inserts, answer } = setUp();
    const waiting = [sink.append(batch('a')), sink.append(batch('b'))];
    const closed = sink.close();
    expect(await sink.append(batch('c'))).toMatchObject({ status: 'busy', reason: 'stopping' });
    await answer(stored);
    await answer(stored);
    await closed;
    expect(inserts).toHaveLength(2);
    expect(await Promise.all(waiting)).toMatchObject([{ status: 'stored' }, { status: 'stored' }]);
  });

  it('gives up after its grace when ClickHouse does not come back while closing', async () => {
    const { sink, answer, pass } = setUp();
    const waiting = sink.append(batch('a'));
    let isClosed = false;
    void sink.close().then(() => {
      isClosed = true;
    });
    for (let i = 0; i < 10 && !isClosed; i += 1) {
      await answer(unavailable);
      await pass(2_000);
    }
    expect(isClosed).toBe(true);
    expect(await waiting).toMatchObject({ status: 'busy' });
  });
});
