import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Payload } from './payload.ts';
import { createPayloadQueue } from './payload-queue.ts';

function payload(bytes: number): Payload {
  const body = Buffer.alloc(bytes);
  return { body, contentType: 'application/json', contentEncoding: undefined, via: undefined };
}

describe('a queue of payloads', () => {
  it('gives the oldest first', () => {
    const queue = createPayloadQueue({ requests: 10, bytes: 100 });
    const [first, second] = [payload(1), payload(2)];
    queue.push(first);
    queue.push(second);
    expect([queue.take(), queue.take(), queue.take()]).toEqual([first, second, undefined]);
  });

  it('drops the oldest for a newer one, by number and by size', () => {
    const queue = createPayloadQueue({ requests: 2, bytes: 10 });
    expect([queue.push(payload(1)), queue.push(payload(2)), queue.push(payload(3))]).toEqual([0, 0, 1]);
    expect(queue.push(payload(10))).toBe(2);
    expect(queue.take()?.body.length).toBe(10);
  });

  it('takes a payload larger than its bound when it is alone', () => {
    const queue = createPayloadQueue({ requests: 2, bytes: 10 });
    expect(queue.push(payload(11))).toBe(0);
    expect(queue.push(payload(1))).toBe(1);
    expect(queue.depth()).toEqual({ requests: 1, bytes: 1 });
  });

  it('drops the new one when all room is under way', () => {
    const queue = createPayloadQueue({ requests: 1, bytes: 10 });
    const first = payload(5);
    queue.push(first);
    queue.take();
    expect(queue.push(payload(1))).toBe(1);
    queue.settle(first);
    expect(queue.push(payload(1))).toBe(0);
  });

  it('never exceeds its bounds, and loses nothing uncounted', () => {
    const step = fc.oneof(fc.nat(9), fc.constantFrom('take', 'settle'));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = createPayloadQueue({ requests: 4, bytes: 20 });
        const taken: Payload[] = [];
        const count = { pushed: 0, dropped: 0, settled: 0 };
        const settle = (next: Payload) => {
          queue.settle(next);
          count.settled += 1;
        };
        for (const next of steps) {
          if (next === 'take') taken.push(...present(queue.take()));
          else if (next === 'settle') present(taken.shift()).forEach(settle);
          else {
            count.pushed += 1;
            count.dropped += queue.push(payload(Number(next)));
          }
          const { requests, bytes } = queue.depth();
          expect(requests).toBeLessThanOrEqual(4);
          expect(bytes).toBeLessThanOrEqual(20);
          expect(count.pushed).toBe(count.dropped + count.settled + requests);
        }
      }),
    );
  });
});

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
