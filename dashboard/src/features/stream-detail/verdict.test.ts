import { reasons } from '@weir/schemas/termination';
import { expect, test } from 'vitest';
import { streamWith, truncatedStream } from './testing/stream.ts';
import { verdictOf } from './verdict.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('a cut names the silence, the missing end, who did it and what had arrived', () => {
  const { headline, details } = verdictOf(truncatedStream);
  expect(plain(headline)).toBe(
    'The connection closed cleanly 60.0 s after the last byte, without message_stop.',
  );
  expect(details.map(plain)).toEqual([
    'Something between this service and the provider ended it: the via header names a proxy.',
    '400 chunks (520 tokens) had arrived.',
    'The same request may succeed if sent again.',
  ]);
});

test('a refusal names the status, the code and the wait', () => {
  const { headline } = verdictOf(
    streamWith({
      outcome: 'failed',
      reason: 'rate_limited',
      httpStatus: 429,
      providerErrorCode: 'rate_limit_exceeded',
      durationSeconds: 0.31,
      retryAfterSeconds: 12,
    }),
  );
  expect(plain(headline)).toBe(
    'The provider answered with HTTP 429 (rate_limit_exceeded) 310 ms after the call. It asked to wait 12.0 s.',
  );
});

test('an error inside a stream that began with HTTP 200 is not told as an HTTP refusal', () => {
  const { headline } = verdictOf(streamWith({ outcome: 'failed', reason: 'overloaded', httpStatus: 200 }));
  expect(headline).toBe('The provider said that it is overloaded.');
});

test('a reader who left in a stall is told apart from one who just left', () => {
  expect(
    verdictOf(streamWith({ outcome: 'aborted', reason: 'client_abort', stallAtEnd: true, chunks: 4 }))
      .details,
  ).toContain('The reader left during a stall.');
  expect(verdictOf(streamWith({ outcome: 'aborted', reason: 'client_abort', chunks: 0 })).details).toContain(
    'The reader left before the first content.',
  );
});

test('every reason has a sentence, even when nothing else is known', () => {
  for (const reason of [...reasons, 'quantum_flip']) {
    const { headline } = verdictOf(streamWith({ reason }));
    expect(headline, reason).toMatch(/^[A-Z].*\.$/);
    expect(headline, reason).not.toMatch(/null|undefined|NaN/);
  }
});
