import { describe, expect, test } from 'vitest';
import { type NetworkErrorKind, networkErrorFacts, reasonBeforeHeaders } from './network-error.ts';

/** `fetch failed` as Node wraps it. */
function fetchFailed(cause: object): Error {
  return new TypeError('fetch failed', { cause });
}

function withCode(code: string, more: object = {}): Error {
  return Object.assign(new Error(code), { code }, more);
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

describe('the code of a network error', () => {
  test.each<[string, unknown, NetworkErrorKind | undefined]>([
    ['ENOTFOUND', fetchFailed(withCode('ENOTFOUND', { syscall: 'getaddrinfo' })), 'dns'],
    ['EAI_AGAIN', fetchFailed(withCode('EAI_AGAIN')), 'dns'],
    ['ECONNREFUSED', fetchFailed(withCode('ECONNREFUSED', { syscall: 'connect' })), 'refused'],
    ['ENETUNREACH', fetchFailed(withCode('ENETUNREACH')), 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', fetchFailed(withCode('UND_ERR_CONNECT_TIMEOUT')), 'connect_timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', fetchFailed(withCode('UND_ERR_HEADERS_TIMEOUT')), 'headers_timeout'],
    [
      'UND_ERR_BODY_TIMEOUT',
      new TypeError('terminated', { cause: withCode('UND_ERR_BODY_TIMEOUT') }),
      'body_timeout',
    ],
    ['ETIMEDOUT', fetchFailed(withCode('ETIMEDOUT', { syscall: 'connect' })), 'connect_timeout'],
    [
      'ETIMEDOUT',
      new TypeError('terminated', { cause: withCode('ETIMEDOUT', { syscall: 'read' }) }),
      'reset',
    ],
    ['ECONNRESET', new TypeError('terminated', { cause: withCode('ECONNRESET') }), 'reset'],
    ['UND_ERR_SOCKET', new TypeError('terminated', { cause: withCode('UND_ERR_SOCKET') }), 'reset'],
    ['CERT_HAS_EXPIRED', fetchFailed(withCode('CERT_HAS_EXPIRED')), 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', fetchFailed(withCode('ERR_TLS_CERT_ALTNAME_INVALID')), 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', fetchFailed(withCode('ERR_SSL_WRONG_VERSION_NUMBER')), 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', fetchFailed(withCode('DEPTH_ZERO_SELF_SIGNED_CERT')), 'tls'],
    ['Z_DATA_ERROR', new TypeError('terminated', { cause: withCode('Z_DATA_ERROR') }), 'undecodable'],
    [
      'HPE_INVALID_CHUNK_SIZE',
      new TypeError('terminated', { cause: withCode('HPE_INVALID_CHUNK_SIZE') }),
      'undecodable',
    ],
    ['HTTPParserError', new TypeError('terminated', { cause: named('HTTPParserError') }), 'undecodable'],
    ['ConnectionRefused', withCode('ConnectionRefused'), 'refused'],
    [
      'ERR_INVALID_URL',
      new TypeError('Failed to parse URL', { cause: withCode('ERR_INVALID_URL') }),
      'invalid_request',
    ],
    ['EWHATEVER', fetchFailed(withCode('EWHATEVER')), undefined],
    ['', new TypeError('Failed to fetch'), undefined],
    ['', 'not even an error', undefined],
    ['', undefined, undefined],
  ])('%s', (code, error, kind) => {
    expect(networkErrorFacts(error)).toEqual({ code, kind });
  });

  test.each<[string, NetworkErrorKind]>([
    ['client error (Connect): dns error: failed to lookup address information', 'dns'],
    ['client error (Connect): tcp connect error: Connection refused (os error 111)', 'refused'],
    ['client error (Connect): tcp connect error: Operation timed out (os error 110)', 'connect_timeout'],
    ['client error (Connect): tcp connect error: No route to host (os error 113)', 'unreachable'],
    ['client error (Connect): received corrupt message of type InvalidContentType', 'tls'],
    ['client error (SendRequest): connection closed before message completed', 'reset'],
  ])('is told in words by Deno: %s', (words, kind) => {
    const cause = new Error(`error sending request for url (http://x/): ${words}`);
    expect(networkErrorFacts(fetchFailed(cause)).kind).toBe(kind);
  });

  test('is told in words by Deno for a body', () => {
    expect(networkErrorFacts(new TypeError('error reading a body from connection')).kind).toBe('reset');
  });

  test('is found in the first of the errors of a dual-stack connect', () => {
    const both = new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]);
    expect(networkErrorFacts(fetchFailed(both)).kind).toBe('refused');
  });

  test('is looked for behind codes that say nothing', () => {
    const wrapped = new Error('outer', { cause: withCode('ERR_OUTER', { cause: withCode('ENOTFOUND') }) });
    expect(networkErrorFacts(wrapped)).toEqual({ code: 'ENOTFOUND', kind: 'dns' });
  });

  test('is not looked for forever', () => {
    const circular = new Error('circular');
    circular.cause = circular;
    expect(networkErrorFacts(circular).kind).toBeUndefined();
  });
});

test.each([
  ['dns', false, 'dns_error'],
  ['refused', false, 'connect_error'],
  ['unreachable', false, 'connect_error'],
  ['connect_timeout', false, 'connect_timeout'],
  ['tls', false, 'tls_error'],
  ['reset', false, 'connect_error'],
  ['headers_timeout', false, 'headers_timeout'],
  ['undecodable', false, 'malformed'],
  ['invalid_request', false, 'bad_request'],
  [undefined, false, 'connect_error'],
  ['dns', true, 'offline'],
  [undefined, true, 'offline'],
] as const)('before headers, %s (offline %s) reads %s', (kind, offline, reason) => {
  expect(reasonBeforeHeaders(kind, offline)).toBe(reason);
});
