import type { StreamFacts } from '@weir/schemas/attributes';
import { gapRelativeError } from '@weir/schemas/gap-buckets';
import { beforeEach, describe, expect, test } from 'vitest';
import { StreamMeter } from './stream-meter.ts';

const chunk = { events: 1, chunks: 1, visibleChunks: 1 };
const reasoning = { events: 1, chunks: 1, visibleChunks: 0 };
const ping = { events: 1, chunks: 0, visibleChunks: 0 };
const tenChunks = { events: 10, chunks: 10, visibleChunks: 10 };

let nowMs: number;
const clock = () => nowMs;
const thresholds = { seconds: 10, firstOutputSeconds: 10 };

beforeEach(() => {
  nowMs = 5_000_000;
});

function meterOf(options: Partial<ConstructorParameters<typeof StreamMeter>[0]> = {}): StreamMeter {
  return new StreamMeter({ clock, stallThresholds: thresholds, ...options });
}

/** A reader that waits for the network for `waitMs` and then gets `summary`. */
function read(meter: StreamMeter, waitMs: number, summary = chunk, bytes = 100): void {
  meter.pulled();
  nowMs += waitMs;
  meter.received(bytes, summary);
}

function idle(ms: number): void {
  nowMs += ms;
}

function factsOf(meter: StreamMeter, completed = true): StreamFacts {
  meter.end();
  return meter.facts(completed);
}

describe('times', () => {
  test('all run from the call', () => {
    const meter = meterOf();
    idle(200);
    meter.headersReceived();
    read(meter, 50, ping);
    read(meter, 100, reasoning);
    read(meter, 150, chunk);
    read(meter, 500, chunk);
    read(meter, 25, ping);
    idle(75);
    expect(factsOf(meter)).toMatchObject({
      timeToHeadersSeconds: 0.2,
      timeToFirstByteSeconds: 0.25,
      timeToFirstEventSeconds: 0.25,
      ttftSeconds: 0.35,
      timeToFirstOutputSeconds: 0.5,
      timeToLastChunkSeconds: 1,
      lastGapSeconds: 0.075,
      events: 5,
      chunks: 3,
      receivedBytes: 500,
    });
  });

  test('what did not happen is absent', () => {
    const meter = meterOf();
    idle(1000);
    const facts = factsOf(meter, false);
    expect(facts).not.toHaveProperty('timeToHeadersSeconds');
    expect(facts).not.toHaveProperty('ttftSeconds');
    expect(facts).not.toHaveProperty('lastGapSeconds');
    expect(facts).not.toHaveProperty('maxGapSeconds');
    expect(facts).not.toHaveProperty('recentChunkOffsets');
  });

  test('nothing that comes after the end changes a fact', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 10);
    const before = factsOf(meter);
    idle(60_000);
    meter.end();
    expect(meter.facts(true)).toEqual(before);
  });

  test('an ending that is noticed late is dated back to the last byte', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 100);
    idle(600_000);
    meter.end('last_sign');
    expect(meter.progress().durationSeconds).toBe(0.1);
  });
});

describe('gaps', () => {
  test('run between reads with content; liveness in between does not end them', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 100);
    read(meter, 300, ping);
    read(meter, 700);
    expect(factsOf(meter)).toMatchObject({ maxGapSeconds: 1, maxGapIndex: 2, maxGapOffsetSeconds: 0.1 });
  });

  test('leave out the time in which the reader was not pulling', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 100);
    idle(5000);
    read(meter, 40);
    expect(factsOf(meter)).toMatchObject({ maxGapSeconds: 0.04, consumerWaitSeconds: 5 });
  });

  test('count from the last pull that is open when several are', () => {
    const meter = meterOf();
    meter.headersReceived();
    meter.pulled();
    meter.pulled();
    nowMs += 100;
    meter.received(10, chunk);
    nowMs += 400;
    meter.received(10, chunk);
    expect(factsOf(meter)).toMatchObject({ maxGapSeconds: 0.4, consumerWaitSeconds: 0 });
  });

  test('of a read that was given up are the wait of nobody', () => {
    const meter = meterOf();
    meter.headersReceived();
    meter.pulled();
    nowMs += 100;
    meter.received(0, { events: 0, chunks: 0, visibleChunks: 0 });
    expect(meter.readPending).toBe(false);
    idle(1000);
    read(meter, 100);
    expect(factsOf(meter).consumerWaitSeconds).toBe(1);
  });

  test('chunks that came in one read have none among them', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 100, tenChunks);
    read(meter, 20, tenChunks);
    const { gapHistogram } = factsOf(meter);
    expect(gapHistogram?.filter((_, index) => index % 2 === 1)).toEqual([1]);
  });

  test('have quantiles within the error of the scale, and an exact longest', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 100);
    for (let i = 1; i <= 100; i++) read(meter, i * 10);
    const facts = factsOf(meter);
    const error = (value: number | undefined, exact: number) => Math.abs((value ?? 0) / exact - 1);
    expect(error(facts.gapP50Seconds, 0.5)).toBeLessThan(gapRelativeError);
    expect(error(facts.gapP95Seconds, 0.95)).toBeLessThan(gapRelativeError);
    expect(error(facts.gapP99Seconds, 0.99)).toBeLessThan(gapRelativeError);
    expect(facts.maxGapSeconds).toBe(1);
    expect(facts.maxGapIndex).toBe(101);
  });

  test('never have a quantile above the longest', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 10);
    read(meter, 101);
    const facts = factsOf(meter);
    expect(facts.gapP99Seconds).toBeLessThanOrEqual(facts.maxGapSeconds ?? 0);
  });
});

describe('stalls', () => {
  test('are gaps from the threshold on', () => {
    const meter = meterOf({ stallThresholds: { seconds: 2, firstOutputSeconds: 2 } });
    meter.headersReceived();
    read(meter, 9000);
    read(meter, 1999);
    read(meter, 2000);
    read(meter, 3000);
    expect(factsOf(meter)).toMatchObject({ stalls: 2, stallSeconds: 5, stallThresholdSeconds: 2 });
  });

  test('have their own threshold until the first visible output', () => {
    const meter = meterOf({ stallThresholds: { seconds: 10, firstOutputSeconds: 45 } });
    meter.headersReceived();
    read(meter, 100, reasoning);
    read(meter, 44_000, chunk);
    read(meter, 11_000, chunk);
    expect(factsOf(meter)).toMatchObject({ stalls: 1, stallSeconds: 11 });
  });

  test.each([
    { silenceMs: 9_999, completed: false, stallAtEnd: false },
    { silenceMs: 10_000, completed: false, stallAtEnd: true },
    { silenceMs: 10_000, completed: true, stallAtEnd: false },
  ])('at the end: $silenceMs ms of silence, completed $completed -> $stallAtEnd', (row) => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 100);
    meter.pulled();
    idle(row.silenceMs);
    expect(factsOf(meter, row.completed).stallAtEnd).toBe(row.stallAtEnd);
  });

  test('at the end is not what a reader that stopped pulling makes', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 100);
    idle(60_000);
    expect(factsOf(meter, false).stallAtEnd).toBe(false);
    expect(meter.progress().lastWaitSeconds).toBe(60);
  });

  test('at the end before the first chunk count from the headers', () => {
    const meter = meterOf();
    idle(8000);
    meter.headersReceived();
    meter.pulled();
    idle(10_000);
    expect(factsOf(meter, false).stallAtEnd).toBe(true);
  });
});

describe('bursts', () => {
  test('are many chunks in one read after a silence', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 10);
    read(meter, 1200, tenChunks);
    read(meter, 20, tenChunks);
    read(meter, 1200, chunk);
    expect(factsOf(meter).bursts).toBe(1);
  });

  test('include a whole answer that was held back', () => {
    const meter = meterOf();
    meter.headersReceived();
    read(meter, 6000, tenChunks);
    expect(factsOf(meter).bursts).toBe(1);
  });
});

describe('evidence', () => {
  test('of an ending that is not whole are the last 64 chunks', () => {
    const meter = meterOf();
    meter.headersReceived();
    for (let i = 0; i < 100; i++) read(meter, 10, chunk, i);
    meter.end();
    const facts = meter.facts(false);
    expect(facts.recentChunkSizes).toHaveLength(64);
    expect(facts.recentChunkSizes?.[0]).toBe(36);
    expect(facts.recentChunkSizes?.at(-1)).toBe(99);
    expect(facts.recentChunkOffsets?.at(-1)).toBe(1);
    expect(meter.facts(true)).not.toHaveProperty('recentChunkSizes');
  });

  test('is the event-loop lag of the longest gap only', () => {
    const asked: number[] = [];
    const meter = meterOf({
      loopLagSince: (sinceMs) => {
        asked.push(sinceMs);
        return 700;
      },
    });
    meter.headersReceived();
    read(meter, 10);
    read(meter, 20);
    const gapStartMs = nowMs;
    read(meter, 900);
    expect(factsOf(meter).loopLagSeconds).toBe(0.7);
    expect(asked).toEqual([gapStartMs]);
  });
});

test('a meter of 20,000 chunks holds what a meter of 100 holds', () => {
  const sizeAfter = (chunks: number) => {
    const meter = meterOf();
    meter.headersReceived();
    for (let i = 0; i < chunks; i++) read(meter, 1 + (i % 50));
    meter.end();
    return JSON.stringify(meter.facts(false)).length;
  };
  expect(sizeAfter(20_000)).toBeLessThan(sizeAfter(100) * 1.2);
});
