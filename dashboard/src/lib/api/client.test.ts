import { describe, expect, test } from 'vitest';
import { createApiClient } from './client.ts';
import { ApiFailure, failureMessage } from './failure.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit | undefined;
}

function clientAnswering(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const client = createApiClient((input, init) => {
    sent.push({ url: String(input), init });
    return Promise.resolve(answer());
  });
  return { client, sent };
}

const scope = { fromMs: 1000, toMs: 2000, filters: ['model:a b', '!network:wifi'] };

test('a question is its path, its range and its filters', async () => {
  const { client, sent } = clientAnswering(() => Response.json({}));
  await client.breakdown(scope, 'model', 50);
  expect(sent[0]?.url).toBe(
    '/api/v1/breakdown?from=1000&to=2000&filter=model:a%20b&filter=!network:wifi&by=model&limit=50',
  );
});

test('a rule is sent as JSON, a deletion without a body', async () => {
  const { client, sent } = clientAnswering(() => new Response(null, { status: 204 }));
  await client.deleteRule('a/b');
  expect([sent[0]?.url, sent[0]?.init?.method, sent[0]?.init?.body]).toEqual([
    '/api/v1/rules/a%2Fb',
    'DELETE',
    undefined,
  ]);
});

async function failureOf(answer: () => Response | Promise<Response>): Promise<ApiFailure> {
  const { client } = clientAnswering(answer);
  const error: unknown = await client.summary(scope).catch((caught: unknown) => caught);
  if (!(error instanceof ApiFailure)) throw new Error('expected an ApiFailure');
  return error;
}

describe('what can go wrong', () => {
  test('the words of the collector are kept', async () => {
    const failure = await failureOf(() =>
      Response.json({ message: 'ClickHouse is restarting.' }, { status: 503 }),
    );
    expect([failure.code, failure.message, failure.worthRetrying]).toEqual([
      'unavailable',
      'ClickHouse is restarting.',
      true,
    ]);
  });

  test.each([
    [404, 'not_found', false],
    [400, 'rejected', false],
    [422, 'rejected', false],
    [429, 'unavailable', true],
    [502, 'unavailable', true],
  ])('HTTP %s without words is %s', async (status, code, retry) => {
    const failure = await failureOf(() => new Response('<html>', { status }));
    expect([failure.code, failure.worthRetrying]).toEqual([code, retry]);
    expect(failure.message).toMatch(/\.$/);
  });

  test('no answer at all says to check the collector', async () => {
    const failure = await failureOf(() => Promise.reject(new TypeError('fetch failed')));
    expect(failure.code).toBe('unreachable');
    expect(failure.message).toContain('running');
  });

  test('an answer that is not JSON is named as such', async () => {
    expect((await failureOf(() => new Response('<html>'))).code).toBe('unreadable');
  });

  test('a question that was taken back stays an abort, not a failure', async () => {
    const abort = new AbortController();
    abort.abort();
    const { client } = clientAnswering(() => Promise.reject(abort.signal.reason));
    await expect(client.summary(scope, abort.signal)).rejects.toBe(abort.signal.reason);
  });

  test('an unexpected error has a sentence, too', () => {
    expect(failureMessage(new RangeError('x'))).toMatch(/Reload/);
  });
});
