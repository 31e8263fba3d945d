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

  it('is not taken again for a sender that has left meanwhile', async () => {
    const received = receiveIntoFakeSink({ maxBodyBytes: 1 << 20 });
    const reception = admitted(received);
    const result = reception.receive(body);
    reception.end();
    expect(await result).toMatchObject({ status: 'taken' });
    expect(received.budget.taken).toBe(0);
  });
});
