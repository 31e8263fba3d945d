import { describe, expect, it } from 'vitest';
import { recordedErrors, recordingsAreHere } from '../testing/recorded-streams.ts';
import { classifyHttpError } from './http-error.ts';
import { recogniseProtocol } from './recognise.ts';

const errors = recordedErrors();

if (!recordingsAreHere) {
  describe('recorded HTTP errors', () => {
    it.skip('are not on this machine: the suite was skipped', () => {});
  });
}

describe.runIf(recordingsAreHere)('recorded HTTP errors', () => {
  it('are there', () => {
    expect(errors.length).toBeGreaterThan(50);
  });

  it.each(errors.map((error) => [`${error.status} ${error.url}`, error] as const))('%s', (_name, error) => {
    const recognition = recogniseProtocol({ url: error.url });
    const facts = classifyHttpError({
      status: error.status,
      headers: new Headers(error.headers),
      body: typeof error.body === 'string' ? error.body : JSON.stringify(error.body),
      provider: recognition.status === 'other' ? undefined : recognition.provider,
    });
    expect(facts.reason).toBe(reasonRecorded(error.status, error.source.path));
    expect(facts.initiator).toBe('provider');
  });
});

/** Each was recorded for a test whose name says what it provokes; some met a rate limit on the way. */
function reasonRecorded(status: number, path: string): string {
  if (status === 429) return 'rate_limited';
  if (/auth_error|api_keys/.test(path)) return 'auth_error';
  return path.includes('context_length') ? 'context_length' : 'bad_request';
}
