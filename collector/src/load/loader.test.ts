import { describe, expect, it } from 'vitest';
import type { SpoolRecord } from '../spool/record.ts';
import type { Segment } from '../spool/segment-writer.ts';
import type { InsertResult } from './insert-streams.ts';
import { createLoader, type LoaderOptions } from './loader.ts';

const none = Buffer.alloc(0);
const record: SpoolRecord = { payloadHash: none, spanKeys: none, block: none, rows: 1 };
const stored: InsertResult = { status: 'stored' };
const unavailable: InsertResult = { status: 'unavailable', reason: 'socket hang up' };
const bootedAtMs = 1_000;

function segment(name: string, over: Partial<Segment> = {}): Segment {
  return { name, bytes: 10, startedAtMs: 2_000, writtenAtMs: 2_000, isLeftOver: false, ...over };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A loader between a spool and a ClickHouse whose answers the test gives; pauses end at once. */
function setUp(names: readonly Segment[], overrides: Partial<LoaderOptions> = {}) {
  const sealed = [...names];
  const done: string[] = [];
  const inserts: { segment: string; answer: (result: InsertResult) => void }[] = [];
  const pauses: number[] = [];
  const lines: string[] = [];
  const log = (line: unknown) => lines.push(String(line));
  let announce = (): void => undefined;
  const take = (given: Segment, what: string) => {
    sealed.splice(sealed.indexOf(given), 1);
    done.push(`${what} ${given.name}`);
  };
  const loader = createLoader({
    source: {
      sealed,
      onSealed: (listener) => {
        announce = listener;
      },
      read: async () => [record],
      remove: async (given) => take(given, 'removed'),
      setAside: async (given) => take(given, 'set aside'),
    },
    insert: ({ segment: name }) => new Promise((answer) => inserts.push({ segment: name, answer })),
    countStoredRows: async () => new Map([['2026-03-02', 1]]),
    isReady: () => true,
    logger: { info: log, warn: log, error: log },
    now: () => 0,
    random: () => 0.5,
    delay: async (ms) => {
      pauses.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
    bootedAtMs,
    ...overrides,
  });
  return {
    loader,
    ...{ sealed, done, inserts, pauses, lines },
    seal(given: Segment) {
      sealed.push(given);
      announce();
    },
    async answer(result: InsertResult) {
      inserts.at(-1)?.answer(result);
      await settle();
    },
  };
}

describe('the loader', () => {
  it('loads what is there and what comes, one after the other, and removes it then', async () => {
    const { loader, seal, answer, inserts, done } = setUp([segment('a')]);
    loader.start();
    await settle();
    seal(segment('b'));
    await settle();
    expect([inserts.map(({ segment: name }) => name), done]).toEqual([['a'], []]);
    await answer(stored);
    await answer(stored);
    expect(done).toEqual(['removed a', 'removed b']);
  });

  it('takes the newest and the oldest by turns', async () => {
    const { loader, answer, inserts } = setUp(['a', 'b', 'c', 'd', 'e'].map((name) => segment(name)));
    loader.start();
    await settle();
    for (let i = 0; i < 5; i += 1) await answer(stored);
    expect(inserts.map(({ segment: name }) => name).join('')).toBe('eadbc');
  });

  it('loads several at once where it may, none of them twice', async () => {
    const { loader, inserts, done } = setUp(
      ['a', 'b', 'c', 'd'].map((name) => segment(name)),
      { lanes: 2 },
    );
    loader.start();
    await settle();
    expect(inserts.map(({ segment: name }) => name).join('')).toBe('da');
    inserts[1]?.answer(stored);
    await settle();
    expect(inserts.map(({ segment: name }) => name).join('')).toBe('dac');
    inserts[0]?.answer(stored);
    await settle();
    inserts[2]?.answer(stored);
    inserts[3]?.answer(stored);
    await settle();
    expect(inserts).toHaveLength(4);
    expect(done.toSorted()).toEqual(['removed a', 'removed b', 'removed c', 'removed d']);
  });

  it('tries on while ClickHouse does not take it, longer and longer, with one line for it', async () => {
    const { loader, answer, done, pauses, lines } = setUp([segment('a')]);
    loader.start();
    await settle();
    for (let i = 0; i < 8; i += 1) await answer(unavailable);
    expect(pauses).toEqual([75, 150, 300, 600, 1_200, 1_500, 1_500, 1_500]);
    await answer(stored);
    expect(done).toEqual(['removed a']);
    expect(lines).toHaveLength(2);
  });

  it('asks nothing of a ClickHouse that is not ready', async () => {
    let isReady = false;
    const { loader, answer, inserts, done } = setUp([segment('a')], { isReady: () => isReady });
    loader.start();
    await settle();
    expect(inserts).toEqual([]);
    isReady = true;
    await settle();
    await answer(stored);
    expect(done).toEqual(['removed a']);
  });

  it('sets aside what ClickHouse refuses for good, and goes on', async () => {
    const { loader, answer, done } = setUp([segment('bad'), segment('good')]);
    loader.start();
    await settle();
    await answer(stored);
    await answer({ status: 'refused', reason: 'TYPE_MISMATCH' });
    expect(done).toEqual(['removed good', 'set aside bad']);
  });

  it('counts the rows of what ClickHouse may have already', async () => {
    const counted: string[] = [];
    const countStoredRows = async (name: string) => {
      counted.push(name);
      return new Map([['2026-03-02', 1]]);
    };
    const left = segment('left', { isLeftOver: true });
    const cut = segment('cut', { isLeftOver: true, writtenAtMs: bootedAtMs - 1 });
    const { loader, answer, inserts } = setUp([left, segment('tried'), cut], { countStoredRows });
    loader.start();
    await settle();
    // Its rows are there, so it is not inserted at all.
    expect(counted).toEqual(['cut']);
    await answer(stored);
    await answer(unavailable);
    await answer(stored);
    expect(counted).toEqual(['cut', 'left', 'tried']);
    expect(inserts.map(({ segment: name }) => name)).toEqual(['left', 'tried', 'tried']);
  });

  it('goes on after a disk that could not be read', async () => {
    let fails = true;
    const { loader, answer, done, lines } = setUp([segment('a')], {
      insert: async () => {
        if (fails) throw new Error('EIO');
        return stored;
      },
    });
    loader.start();
    await settle();
    fails = false;
    await answer(stored);
    expect(done).toEqual(['removed a']);
    expect(lines[0]).toContain('EIO');
  });

  it('finishes what waits, or ends when there is no more time', async () => {
    const finished = setUp([segment('a'), segment('b')], { insert: async () => stored });
    finished.loader.start();
    await finished.loader.finish(60_000);
    expect(finished.done).toHaveLength(2);
    const late = setUp([segment('a')], { insert: async () => unavailable });
    late.loader.start();
    await late.loader.finish(10);
    expect(late.sealed).toHaveLength(1);
  });

  it('that was never started has nothing to finish', async () => {
    const { loader, sealed } = setUp([segment('a')]);
    await loader.finish(10);
    expect(sealed).toHaveLength(1);
  });
});
