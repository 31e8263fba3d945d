import { describe, expect, test } from 'vitest';
import type { OutgoingRequest } from '../fetch/outgoing-request.ts';
import type { PriorAttempt } from './attempt-scope.ts';
import { createVendorRetries, retryKey, vendorRetryCount } from './vendor-retries.ts';

function request(body: OutgoingRequest['body'], headers: Record<string, string> = {}): OutgoingRequest {
  const url = new URL('https://api.openai.com/v1/chat/completions');
  return { url, method: 'POST', headers: new Headers(headers), body, signal: undefined };
}

function attempt(requestId: string): PriorAttempt {
  return { requestId, attempt: 1, span: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 } };
}

describe('the count of retries', () => {
  test.each([
    ['0', 0],
    ['2', 2],
    ['-1', undefined],
    ['many', undefined],
    [undefined, undefined],
  ])('%s is %s', (header, count) => {
    const headers = header === undefined ? {} : { 'x-stainless-retry-count': header };
    expect(vendorRetryCount(request('{}', headers))).toBe(count);
  });
});

describe('what two attempts have in common', () => {
  const key = (body: OutgoingRequest['body'], parent = '') => retryKey(request(body), parent);

  test('is the same for the same body, trace and place', () => {
    expect(key('{"model":"a"}', 's1')).toBe(key('{"model":"a"}', 's1'));
    expect(key('{"model":"a"}', 's1')).not.toBe(key('{"model":"b"}', 's1'));
    expect(key('{"model":"a"}', 's1')).not.toBe(key('{"model":"a"}', 's2'));
  });

  test('tells long bodies apart at either end and by their length', () => {
    const long = (first: string, last: string) => `${first}${'x'.repeat(5_000_000)}${last}`;
    expect(key(long('a', 'z'))).toBe(key(long('a', 'z')));
    expect(key(long('a', 'z'))).not.toBe(key(long('a', 'y')));
    expect(key(long('a', 'z'))).not.toBe(key(long('ab', 'z')));
  });

  test('is the idempotency key where there is one', () => {
    const headers = { 'idempotency-key': 'once' };
    expect(retryKey(request('1', headers), 'a')).toBe(retryKey(request('2', headers), 'b'));
  });

  test('is unknown for bodies that cannot be compared', () => {
    expect(key(undefined)).toBeUndefined();
    expect(key(new FormData())).toBeUndefined();
  });
});

describe('attempts that wait for their retry', () => {
  test('are given out once each, the latest first', () => {
    const retries = createVendorRetries({ clock: () => 0 });
    retries.failed('k', 0, attempt('first'));
    retries.failed('k', 0, attempt('second'));
    expect(retries.take('other', 1)).toBeUndefined();
    const taken = [retries.take('k', 1), retries.take('k', 1), retries.take('k', 1)];
    expect(taken.map((found) => found?.requestId)).toEqual(['second', 'first', undefined]);
  });

  test('are followed by the next retry, not by a later one', () => {
    const retries = createVendorRetries({ clock: () => 0 });
    retries.failed('k', 1, attempt('second try'));
    expect(retries.take('k', 1)).toBeUndefined();
    expect(retries.take('k', 2)?.requestId).toBe('second try');
  });

  test('are forgotten after a while', () => {
    let nowMs = 0;
    const retries = createVendorRetries({ clock: () => nowMs, patienceMs: 100 });
    retries.failed('k', 0, attempt('first'));
    nowMs = 101;
    expect(retries.take('k', 1)).toBeUndefined();
    retries.failed('k', 0, attempt('second'));
    expect(retries.take('k', 1)?.requestId).toBe('second');
    expect(retries.dropped).toBe(0);
  });

  test('are bounded, and those that are dropped are counted', () => {
    let told = 0;
    const retries = createVendorRetries({ clock: () => 0, limit: 2, onDrop: () => told++ });
    for (const id of ['first', 'second', 'third']) retries.failed('k', 0, attempt(id));
    expect([retries.dropped, told]).toEqual([1, 1]);
    const taken = [retries.take('k', 1), retries.take('k', 1), retries.take('k', 1)];
    expect(taken.map((found) => found?.requestId)).toEqual(['third', 'second', undefined]);
  });
});
