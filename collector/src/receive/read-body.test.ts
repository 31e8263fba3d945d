import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBody } from './read-body.ts';
import { refused } from './refusal.ts';

const anything = { maxBytes: 100, onBytes: () => undefined };

describe('a body', () => {
  it('is read from all its pieces', async () => {
    const read = await readBody(Readable.from([Buffer.from('ab'), Buffer.from('c')]), anything);
    expect(read).toEqual({ status: 'read', body: Buffer.from('abc') });
  });

  it('may be as long as the limit, and no longer', async () => {
    expect(await readBody(Readable.from([Buffer.alloc(100)]), anything)).toMatchObject({ status: 'read' });
    const pieces = [Buffer.alloc(100), Buffer.alloc(1)];
    expect(await readBody(Readable.from(pieces), anything)).toMatchObject({ reason: 'too_large' });
  });

  it('is not waited for when its sender leaves', async () => {
    const stream = new PassThrough();
    const reading = readBody(stream, anything);
    stream.write('ab');
    stream.destroy();
    expect(await reading).toMatchObject({ reason: 'cancelled' });
  });

  it('is read no further than somebody wants', async () => {
    const seen: number[] = [];
    const onBytes = (bytes: number) => {
      seen.push(bytes);
      return bytes > 2 ? refused('memory', 'no room', 1) : undefined;
    };
    const read = await readBody(Readable.from(['ab', 'c', 'd'].map((text) => Buffer.from(text))), {
      maxBytes: 100,
      onBytes,
    });
    expect(read).toMatchObject({ reason: 'memory' });
    expect(seen).toEqual([2, 3]);
  });
});
