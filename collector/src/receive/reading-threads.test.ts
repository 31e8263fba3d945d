import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { pause } from '../pause.ts';
import { seededRandom } from '../query/testing/seeded-random.ts';
import { SPAN_KEY_BYTES } from '../spool/record.ts';
import { SpanWindow } from '../spool/span-window.ts';
import { openSpool } from '../spool/spool.ts';
import { simulateDisk } from '../spool/testing/simulated-disk.ts';
import type { Body } from './body-reader.ts';
import { createRequestReader, type ReadRequest } from './read-request.ts';
import { createReadingThreads, type ReadingThreads } from './reading-threads.ts';
import { receivedAtMs, requestBody } from './testing/read-spans.ts';
import { createValueLimits } from './value-limits.ts';

const opened: ReadingThreads[] = [];
afterEach(() => Promise.all(opened.splice(0).map((threads) => threads.close())));

function setUp({ threads = 1, spans = new SpanWindow(10_000, 1) as SpanWindowLike } = {}) {
  const started: Worker[] = [];
  const now = () => receivedAtMs;
  const values = createValueLimits();
  const readHere = createRequestReader({ now, spans, values });
  const reading = createReadingThreads({
    ...{ threads, readHere, spans, values, now },
    start() {
      const thread = new Worker(new URL('./reading-thread.ts', import.meta.url));
      started.push(thread);
      return thread;
    },
    delay: (ms, signal) => pause(ms < STUCK_MS ? 1 : ms, signal),
    logger: { error: () => undefined },
  });
  opened.push(reading);
  return { reading, started, values };
}

const STUCK_MS = 30_000;
/** Threads that start again and again take their time on a busy machine. */
const PATIENCE_MS = 60_000;
type SpanWindowLike = Pick<SpanWindow, 'add' | 'remove'>;

/** Large enough to be handed to a thread. @param first number of the first span */
function bodyOf(first: number, count = 40): Body {
  const spans = Array.from({ length: count }, (_, i) => ({
    raw: { spanId: (first + i + 1).toString(16).padStart(16, '0') },
    attributes: { 'gen_ai.system': 'openai', 'gen_ai.response.id': 'x'.repeat(600) },
  }));
  return { bytes: Buffer.from(requestBody({ spans })), encoding: 'json', project: 'default' };
}

async function readOn(reading: ReadingThreads, body: Body): Promise<ReadRequest | 'lost'> {
  const read = await reading.read(body);
  return read.status === 'lost' ? 'lost' : read.claim();
}

const rowsOf = (result: ReadRequest | 'lost') =>
  result !== 'lost' && result.status === 'ok'
    ? { rows: result.batch.rows, duplicates: result.tally.duplicates }
    : result;

describe('reading threads', () => {
  it('tell this one which values of dimensions they have given places to', async () => {
    const { reading, values } = setUp();
    expect(await readOn(reading, bodyOf(0))).toMatchObject({ status: 'ok' });
    expect(values.remembered()).toMatchObject({ default: { provider: ['openai'] } });
  });

  it('make of a body what this thread makes of it', async () => {
    const { reading } = setUp();
    const here = createRequestReader({
      now: () => receivedAtMs,
      spans: new SpanWindow(1_000, 1),
      values: createValueLimits(),
    });
    const { bytes, encoding, project } = bodyOf(0);
    expect(await readOn(reading, bodyOf(0))).toEqual(here(bytes, encoding, project));
  });

  it('give the body back, whose memory they took', async () => {
    const { reading } = setUp();
    const body = bodyOf(0);
    const copy = Buffer.from(body.bytes);
    const read = await reading.read({ ...body, bytes: Buffer.concat([body.bytes]) });
    expect(read.status === 'read' && read.bytes.equals(copy)).toBe(true);
  });

  it('say what is wrong with a body', async () => {
    const { reading } = setUp();
    const result = await readOn(reading, { ...bodyOf(0), bytes: Buffer.alloc(20_000, '{') });
    expect(result).toMatchObject({ status: 'undecodable' });
  });

  it('know a request that comes again, and take of one that was partly taken the rest', async () => {
    const { reading } = setUp({ threads: 2 });
    expect(rowsOf(await readOn(reading, bodyOf(0)))).toEqual({ rows: 40, duplicates: 0 });
    expect(rowsOf(await readOn(reading, bodyOf(0)))).toEqual({ rows: 0, duplicates: 40 });
    expect(rowsOf(await readOn(reading, bodyOf(20)))).toEqual({ rows: 20, duplicates: 20 });
  });

  it('lose what they had when they end, and are replaced', async () => {
    const { reading, started } = setUp();
    const reads = [readOn(reading, bodyOf(0)), readOn(reading, bodyOf(40))];
    await started[0]?.terminate();
    expect(await Promise.all(reads)).toEqual(['lost', 'lost']);
    expect(reading.ended).toBe(1);
    // Until the next one is there, this thread reads.
    expect(rowsOf(await readOn(reading, bodyOf(0)))).toEqual({ rows: 40, duplicates: 0 });
    while (started.length < 2) await pause(1);
    expect(rowsOf(await readOn(reading, bodyOf(40)))).toEqual({ rows: 40, duplicates: 0 });
  });

  it('are ended when they are stuck', async () => {
    const spans = new SpanWindow(1_000, 1);
    const now = () => receivedAtMs;
    const stuck = new Worker('for (;;);', { eval: true });
    const reading = createReadingThreads({
      ...{ threads: 1, spans, now, start: () => stuck },
      readHere: createRequestReader({ now, spans, values: createValueLimits() }),
      delay: (_ms, signal) => pause(5, signal),
      logger: { error: () => undefined },
    });
    expect(await readOn(reading, bodyOf(0))).toBe('lost');
    await reading.close();
  });
});

describe('spans of senders who repeat what was not answered, while threads are killed', () => {
  it.each([1, 2, 3])(
    'are each stored once (seed %i)',
    async (seed) => {
      const { next: random } = seededRandom(seed);
      const spool = await openSpool({
        directory: simulateDisk({ random, onSync: () => pause(random() * 3) }),
        logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
        now: Date.now,
        delay: pause,
        maxBytes: 1 << 28,
      });
      const { reading, started } = setUp({ threads: 2, spans: spool.spans });
      let isSending = true;
      let kills = 0;

      async function deliver(first: number, count: number): Promise<void> {
        for (;;) {
          const read = await reading.read(bodyOf(first, count));
          const result = read.status === 'lost' ? undefined : read.claim();
          if (result?.status !== 'ok') continue;
          const stored = await spool.append(result.batch);
          // An answer that got lost: the same again, as it was or in other batches.
          if (stored.status === 'stored' && random() < 0.6) return;
          if (random() < 0.5) continue;
          const half = count >> 1;
          await Promise.all([deliver(first, half), deliver(first + half, count - half)]);
          return;
        }
      }

      async function kill(): Promise<void> {
        while (isSending) {
          await pause(random() * 30);
          await started.at(random() < 0.5 ? -1 : -2)?.terminate();
          kills += 1;
        }
      }

      const killing = kill();
      const senders = Array.from({ length: 4 }, async (_, sender) => {
        for (let request = 0; request < 25; request += 1) await deliver((sender * 25 + request) * 80, 80);
      });
      await Promise.all(senders);
      isSending = false;
      await killing;
      await spool.stopTaking();
      const records = (await Promise.all(spool.sealed.map((segment) => spool.read(segment)))).flat();
      const stored = records.flatMap(({ spanKeys }) => keysOf(spanKeys));
      expect(reading.ended).toBeGreaterThan(0);
      expect(kills).toBeGreaterThan(0);
      expect(stored.length).toBe(4 * 25 * 80);
      expect(new Set(stored).size).toBe(stored.length);
    },
    PATIENCE_MS,
  );
});

function keysOf(spanKeys: Buffer): string[] {
  const keys: string[] = [];
  for (let at = 0; at < spanKeys.length; at += SPAN_KEY_BYTES) {
    keys.push(spanKeys.toString('hex', at, at + SPAN_KEY_BYTES));
  }
  return keys;
}
