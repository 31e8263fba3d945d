import { beforeEach, describe, expect, it } from 'vitest';
import { SPAN_KEY_BYTES } from '../spool/record.ts';
import type { Batch, Busy } from '../spool/sink.ts';
import { SpanWindow } from '../spool/span-window.ts';
import { createLostStreams } from './lost-streams.ts';
import { type DueRange, type DueStream, keyOf } from './open-reports.ts';

const traceId = 'a'.repeat(32);

function due(spanId: string, lostAtMs = 0): DueStream {
  return {
    project: 'default',
    traceId,
    spanId: spanId.padStart(16, '0'),
    lostAtMs,
    fields: '{"startedAt":1}',
  };
}

let nowMs: number;
let isReady: boolean;
let refusal: Busy | undefined;
let answers: DueStream[];
let inClickHouse: Set<string>;
let asked: DueRange[];
let batches: Batch[];
let window: SpanWindow;
let whileAsking: () => void;

beforeEach(() => {
  nowMs = 1_000_000_000_000;
  isReady = true;
  refusal = undefined;
  answers = [];
  inClickHouse = new Set();
  asked = [];
  batches = [];
  window = new SpanWindow(1_000, 1);
  whileAsking = () => undefined;
});

function start() {
  return createLostStreams({
    reports: {
      due: async (range) => {
        asked.push(range);
        return answers;
      },
      stored: async () => {
        whileAsking();
        return inClickHouse;
      },
    },
    collector: 'one',
    sink: {
      refusal: () => refusal,
      spans: window,
      hasSpan: (bytes, at) => window.has(bytes, at),
      append: async (batch) => {
        if (refusal !== undefined) return refusal;
        batches.push(batch);
        return { status: 'stored', isDuplicate: false };
      },
    },
    storedUpTo: () => nowMs - 1_000,
    isReady: () => isReady,
    now: () => nowMs,
    delay: async () => undefined,
    logger: { info: () => undefined, warn: () => undefined },
  });
}

const busy: Busy = { status: 'busy', reason: 'spool_full', retryAfterSeconds: 5 };
const rows = () => batches.map((batch) => batch.rows);

describe('a stream whose next report is overdue', () => {
  it('is stored once, under the key of its own span', async () => {
    const { look } = start();
    answers = [due('1'), due('2')];
    await look();
    await look();
    expect(rows()).toEqual([2]);
    expect(batches[0]?.spanKeys.length).toBe(2 * SPAN_KEY_BYTES);
    expect(window.has(batches[0]?.spanKeys ?? Buffer.alloc(0), SPAN_KEY_BYTES)).toBe(true);
  });

  it('is none when its end was received, or is in ClickHouse', async () => {
    const { look } = start();
    answers = [due('1'), due('2')];
    await look();
    inClickHouse = new Set([keyOf(due('3'))]);
    answers = [due('1'), due('3')];
    await look();
    expect(rows()).toEqual([2]);
  });

  it('is none when its end comes while ClickHouse is asked', async () => {
    const { look } = start();
    answers = [due('1')];
    await look();
    const key = Buffer.from(batches[0]?.spanKeys ?? []);
    window.remove(key);
    whileAsking = () => void window.add(key, 0);
    await look();
    expect(rows()).toEqual([1]);
  });

  it('waits while nothing can be stored, and is found again', async () => {
    const { look } = start();
    answers = [due('1')];
    refusal = busy;
    await look();
    expect(asked).toEqual([]);
    refusal = undefined;
    await look();
    expect(rows()).toEqual([1]);
  });
});

describe('looking', () => {
  it('goes on where it ended, up to what is in ClickHouse', async () => {
    const { look } = start();
    await look();
    nowMs += 5_000;
    await look();
    expect(asked[1]).toMatchObject({ fromMs: asked[0]?.upToMs, upToMs: nowMs - 1_000 });
  });

  it('does not count time in which nothing was received', async () => {
    const { look } = start();
    const startedMs = nowMs;
    nowMs += 5_000;
    await look();
    refusal = busy;
    nowMs += 60_000;
    const refusedMs = nowMs;
    await look();
    refusal = undefined;
    nowMs += 5_000;
    await look();
    expect(asked.map(({ receivingSinceMs }) => receivingSinceMs)).toEqual([startedMs, refusedMs]);
    expect(asked[1]?.fromMs).toBeLessThan(asked[0]?.upToMs ?? 0);
  });

  it('waits for ClickHouse', async () => {
    const { look } = start();
    isReady = false;
    await look();
    expect(asked).toEqual([]);
  });
});
