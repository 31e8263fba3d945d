import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import type { BodyWatch } from './body-watch.ts';
import { isNodeReadable, watchReadable } from './watched-readable.ts';

const parts = ['one', 'two', 'three'];

/** Notes what it is told: the text of each chunk, and the names of the rest. */
function recordingWatch() {
  const calls: string[] = [];
  let ended = false;
  const ending = (name: string) => () => {
    ended = true;
    calls.push(name);
  };
  const watch: BodyWatch<unknown> = {
    get ended() {
      return ended;
    },
    pulled: () => undefined,
    received: (item) => void calls.push(String(item)),
    released: () => undefined,
    finished: ending('finished'),
    failed: ending('failed'),
    cancelled: ending('cancelled'),
    heldBy: () => undefined,
  };
  return { watch, calls };
}

function watched(source: Readable) {
  const { watch, calls } = recordingWatch();
  watchReadable(source, watch);
  return { source, calls };
}

const source = () => Readable.from(parts, { objectMode: false });

describe('a Readable', () => {
  const consumers: Record<string, (stream: Readable) => Promise<unknown>> = {
    'for await': async (stream) => {
      for await (const _ of stream);
    },
    "on('data')": (stream) => new Promise((resolve) => stream.on('data', () => undefined).on('end', resolve)),
    'read()': (stream) =>
      new Promise((resolve) => {
        stream.on('readable', () => {
          while (stream.read() !== null);
        });
        stream.on('end', resolve);
      }),
    'pipe()': (stream) => buffer(stream.pipe(new PassThrough())),
    'pipeline()': (stream) => pipeline(stream, new PassThrough().resume()),
    'Readable.toWeb()': async (stream) => {
      for await (const _ of Readable.toWeb(stream));
    },
    'stream/consumers': buffer,
  };

  test.each(Object.entries(consumers))('is seen whole through %s', async (_, consume) => {
    const { source: stream, calls } = watched(source());
    await consume(stream);
    expect(calls.slice(0, -1).join('')).toBe(parts.join(''));
    expect(calls.at(-1)).toBe('finished');
  });

  test.each(Object.entries(consumers))('gives %s what a bare one gives', async (_, consume) => {
    const seen = await consume(watched(source()).source);
    expect(seen).toEqual(await consume(source()));
  });

  test('that is left in a loop is cancelled, and destroyed as ever', async () => {
    const { source: stream, calls } = watched(source());
    for await (const _ of stream) break;
    expect(calls).toEqual(['one', 'cancelled']);
    expect(stream.destroyed).toBe(true);
  });

  test('that its reader destroys is cancelled', () => {
    const { source: stream, calls } = watched(source());
    stream.destroy();
    expect(calls).toEqual(['cancelled']);
  });

  test('that fails hands its error to the application', async () => {
    const broken = new Error('the connection broke');
    const { source: stream, calls } = watched(new Readable({ read: () => undefined }));
    const failure = buffer(stream).catch((error: unknown) => error);
    stream.push('one');
    await new Promise((resolve) => setImmediate(resolve));
    stream.destroy(broken);
    expect(await failure).toBe(broken);
    expect(calls).toEqual(['one', 'failed']);
  });

  test('is not read before the application reads it', async () => {
    const { source: stream, calls } = watched(source());
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual([]);
    expect(stream.readableFlowing).toBeNull();
  });

  test('is told apart from other streams', () => {
    expect(isNodeReadable(source())).toBe(true);
    expect(isNodeReadable(new ReadableStream())).toBe(false);
  });
});
