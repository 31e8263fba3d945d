import { describe, expect, it } from 'vitest';
import { httpOutcome } from './http-outcome.ts';

const NOW = Date.UTC(2026, 10, 20, 2, 0, 0);

function outcome(
  statusCode: number,
  { retryAfter = null, text = '' }: { retryAfter?: string | null; text?: string } = {},
) {
  return httpOutcome({ status: 'answered', statusCode, retryAfter, text }, NOW);
}

describe('httpOutcome', () => {
  it.each([200, 201, 202, 204])('takes %d for delivered', (status) => {
    expect(outcome(status)).toEqual({ status: 'delivered' });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('tries again after %d', (status) => {
    expect(outcome(status)).toMatchObject({ status: 'retry', notBeforeSeconds: null });
  });

  it.each([301, 307, 400, 401, 403, 404, 410, 413])('does not try again after %d', (status) => {
    expect(outcome(status)).toMatchObject({ status: 'refused' });
  });

  it.each([
    ['120', 120],
    [new Date(NOW + 30_000).toUTCString(), 30],
    [new Date(NOW - 30_000).toUTCString(), 0],
    ['999999', 3600],
    ['soon', null],
  ])('reads Retry-After: %s', (retryAfter, seconds) => {
    expect(outcome(503, { retryAfter })).toMatchObject({ notBeforeSeconds: seconds });
  });

  it('quotes the beginning of what the receiver says', () => {
    expect(outcome(400, { text: 'invalid\n payload ' })).toMatchObject({
      detail: 'The receiver answered 400: invalid payload.',
    });
    expect(outcome(400, { text: 'x'.repeat(1000) })).toMatchObject({
      detail: `The receiver answered 400: ${'x'.repeat(200)}….`,
    });
  });

  it('tries again where nobody answered, not where it must not connect', () => {
    expect(httpOutcome({ status: 'unreachable', detail: 'no' }, NOW).status).toBe('retry');
    expect(httpOutcome({ status: 'forbidden', detail: 'no' }, NOW).status).toBe('refused');
  });
});
