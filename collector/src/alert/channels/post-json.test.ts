import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { createPostJson } from './post-json.ts';

let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(() => receiver.clear());

const post = createPostJson({ allowPrivate: true, timeoutMs: 10_000 });

describe('createPostJson', () => {
  it('posts the body and returns the answer', async () => {
    receiver.answerNext({ status: 202, text: 'taken', headers: { 'retry-after': '7' } });
    const result = await post(`${receiver.origin}/a?b=c`, { text: 'Überlast' }, { 'idempotency-key': 'k' });
    expect(result).toEqual({ status: 'answered', statusCode: 202, retryAfter: '7', text: 'taken' });
    expect(receiver.received[0]).toMatchObject({
      path: '/a?b=c',
      body: { text: 'Überlast' },
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    });
  });

  it('does not follow a redirect', async () => {
    receiver.answerNext({ status: 307, headers: { location: `${receiver.origin}/elsewhere` } });
    expect(await post(`${receiver.origin}/a`, {})).toMatchObject({ statusCode: 307 });
    expect(receiver.received).toHaveLength(1);
  });

  it('reads no more of the answer than it needs', async () => {
    receiver.answerNext({ status: 200, text: 'x'.repeat(5_000_000) });
    const result = await post(`${receiver.origin}/a`, {});
    expect(result).toMatchObject({ status: 'answered', text: 'x'.repeat(2_000) });
  });

  it('gives up on a receiver that does not answer', async () => {
    const hasty = createPostJson({ allowPrivate: true, timeoutMs: 50 });
    receiver.answerNext({ status: 200, after: new Promise(() => undefined) });
    const { host } = new URL(receiver.origin);
    expect(await hasty(`${receiver.origin}/a`, {})).toEqual({
      status: 'unreachable',
      detail: `${host} did not answer within 0.05 s.`,
    });
  });

  it('says why nobody could be reached', async () => {
    const gone = await startReceiver();
    await gone.close();
    const result = await post(`${gone.origin}/secret`, {});
    expect(result.status).toBe('unreachable');
    expect(result.status === 'unreachable' && result.detail).toMatch(/could not be reached: .*ECONNREFUSED/);
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});

describe('without private addresses', () => {
  const guarded = createPostJson({ allowPrivate: false, timeoutMs: 10_000 });

  it.each(['127.0.0.1', 'localhost'])('does not connect to %s', async (host) => {
    const { port } = new URL(receiver.origin);
    const result = await guarded(`http://${host}:${port}/a`, {});
    expect(result).toMatchObject({ status: 'forbidden' });
    expect(receiver.received).toEqual([]);
  });
});
