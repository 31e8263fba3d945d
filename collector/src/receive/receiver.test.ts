import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AppendResult } from '../spool/sink.ts';
import { receiveIntoFakeSink } from './testing/fake-sink.ts';
import { requestBody } from './testing/read-spans.ts';

const body = gzipSync(requestBody({ spans: [{ attributes: { 'gen_ai.system': 'openai' } }] }));
const head = {
  authorization: undefined,
  weirKey: undefined,
  origin: undefined,
  contentType: 'application/json',
  contentEncoding: 'gzip',
  contentLength: body.length,
  via: undefined,
};

const plain = { ...head, contentEncoding: undefined, contentLength: undefined };

function admitted({ receiver }: ReturnType<typeof receiveIntoFakeSink>) {
  const reception = receiver.admit(head);
  if (reception.status === 'refused') throw new Error(reception.message);
  return reception;
}

describe('the memory that a request holds', () => {
  it('is taken before its body comes, and is the size of the body once that is known', async () => {
    const append = Promise.withResolvers<AppendResult>();
    const received = receiveIntoFakeSink({ maxBodyBytes: 1 << 20, append: () => append.promise });
    const reception = admitted(received);
    expect(received.budget.taken).toBeGreaterThan(body.length);
    const result = reception.receive(body);
    while (received.batches.length === 0) await setImmediate();
    expect(received.budget.taken).toBeGreaterThan(0);
    append.resolve({ status: 'stored', isDuplicate: false });
    expect(await result).toMatchObject({ status: 'taken' });
    reception.end();
    reception.end();
    expect(received.budget.taken).toBe(0);
  });

  it('is little before anything has come, whatever the sender says will', () => {
    const received = receiveIntoFakeSink({ maxBodyBytes: 64 << 20, budgetBytes: 4 << 20 });
    const said = { ...plain, contentLength: 64 << 20 };
    const receptions = Array.from({ length: 10 }, () => received.receiver.admit(said));
    expect(receptions.map(({ status }) => status)).toEqual(Array(10).fill('admitted'));
  });

  it('grows with what arrives, until there is no more', () => {
    const received = receiveIntoFakeSink({ maxBodyBytes: 64 << 20, budgetBytes: 4 << 20 });
    const [slow, fast] = [received.receiver.admit(plain), received.receiver.admit(plain)];
    if (slow.status === 'refused' || fast.status === 'refused') throw new Error('not admitted');
    expect(slow.arrived(1 << 20)).toBeUndefined();
    expect(received.budget.taken).toBeGreaterThan(1 << 20);
    expect(fast.arrived(2 << 20)).toBeUndefined();
    expect(fast.arrived(3 << 20)).toMatchObject({ reason: 'memory', retryAfterSeconds: 1 });
    fast.end();
    slow.end();
    expect(received.budget.taken).toBe(0);
  });

  it('counts what compressed bytes will become', () => {
    const received = receiveIntoFakeSink({ maxBodyBytes: 64 << 20, budgetBytes: 4 << 20 });
    const reception = received.receiver.admit({ ...plain, contentEncoding: 'gzip' });
    if (reception.status === 'refused') throw new Error(reception.message);
    expect(reception.arrived(200 << 10)).toBeUndefined();
    expect(received.budget.taken).toBeGreaterThan(2 << 20);
    reception.end();
  });

  it('grows with what compressed bodies become, so that a hundred bombs at once take no more than one', async () => {
    const received = receiveIntoFakeSink({ maxBodyBytes: 8 << 20, budgetBytes: 12 << 20 });
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, received.budget.taken);
    }, 0);
    const results = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const reception = received.receiver.admit({ ...head, contentLength: 1 });
        if (reception.status === 'refused') return reception.reason;
        const result = await reception.receive(bomb);
        reception.end();
        return result.status === 'refused' ? result.reason : result.status;
      }),
    );
    clearInterval(watch);
    expect(new Set(results)).toEqual(new Set(['memory', 'too_large']));
    expect(most).toBeLessThanOrEqual(12 << 20);
    expect(received.budget.taken).toBe(0);
  });

  it('is refused to a body that says to be too large before it comes', () => {
    const received = receiveIntoFakeSink({ maxBodyBytes: 1 << 20 });
    expect(received.receiver.admit({ ...plain, contentLength: (1 << 20) + 1 })).toMatchObject({
      reason: 'too_large',
    });
  });

  it('is not taken again for a sender that has left meanwhile', async () => {
    const received = receiveIntoFakeSink({ maxBodyBytes: 1 << 20 });
    const reception = admitted(received);
    const result = reception.receive(body);
    reception.end();
    expect(await result).toMatchObject({ status: 'taken' });
    expect(received.budget.taken).toBe(0);
  });
});
