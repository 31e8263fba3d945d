import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventStreamMessage } from '../testing/eventstream-message.ts';
import { readSizes, split } from '../testing/splits.ts';
import { crc32 } from './crc32.ts';
import { EventStreamFramer } from './eventstream.ts';
import { defaultMaxFrameBytes } from './framer.ts';

function read(reads: readonly Uint8Array[], maxFrameBytes = defaultMaxFrameBytes) {
  const frames: string[][] = [];
  const failures: string[][] = [];
  const framer = new EventStreamFramer(
    {
      frame: (event, payload) => frames.push([event ?? '', payload]),
      bare: () => {},
      failure: (code, payload) => failures.push([code, payload]),
      errorField: () => {},
    },
    maxFrameBytes,
  );
  for (const bytes of reads) framer.push(bytes);
  framer.finish();
  return { frames, failures, broken: framer.broken, midFrame: framer.midFrame };
}

const hello = eventStreamMessage({ ':message-type': 'event', ':event-type': 'chunk' }, '{"text":"hé"}');
const failure = eventStreamMessage(
  { ':message-type': 'exception', ':exception-type': 'throttlingException' },
  '{"message":"slow down"}',
);

describe('AWS event stream', () => {
  it('checks sums that are those of IEEE 802.3', () => {
    expect(crc32(new TextEncoder().encode('123456789'), 0, 9)).toBe(0xcbf43926);
  });

  it('gives event names and payloads, and the exceptions apart', () => {
    const { frames, failures, midFrame } = read([hello, failure]);
    expect(frames).toEqual([['chunk', '{"text":"hé"}']]);
    expect(failures).toEqual([['throttlingException', '{"message":"slow down"}']]);
    expect(midFrame).toBe(false);
  });

  it('gives an error message with its code', () => {
    const message = eventStreamMessage({ ':message-type': 'error', ':error-code': 'InternalError' }, '');
    expect(read([message]).failures).toEqual([['InternalError', '']]);
  });

  it('is the same however the reads are split', () => {
    const body = new Uint8Array([...hello, ...hello, ...failure]);
    const whole = read([body]);
    fc.assert(
      fc.property(readSizes, (sizes) => {
        expect(read(split(body, sizes))).toEqual(whole);
      }),
    );
  });

  it('breaks at a wrong checksum, wherever the wrong bit is', () => {
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const wrong = hello.slice();
        wrong[at] = (wrong[at] ?? 0) ^ (1 << bit);
        const { frames, broken, midFrame } = read([wrong]);
        expect(frames).toEqual([]);
        expect(broken !== undefined || midFrame).toBe(true);
      }),
    );
  });

  it('breaks at a message over the limit before its bytes come', () => {
    expect(read([hello.slice(0, 12)], 20).broken).toBe('frame_too_large');
  });

  it('says that a message is waiting for its end', () => {
    expect(read([hello, hello.slice(0, 30)])).toMatchObject({ midFrame: true, broken: undefined });
  });
});
