import { expect, test } from 'vitest';
import { outgoingRequest } from './outgoing-request.ts';

const url = 'https://api.example/v1/chat/completions';

test.each([
  ['Headers', new Headers({ 'Content-Type': 'application/json', 'X-A': 'b' })],
  ['an object', { 'Content-Type': 'application/json', 'X-A': ' b ' }],
  ['pairs', [['content-type', 'application/json'] as [string, string], ['X-a', 'b'] as [string, string]]],
])('headers that are given as %s are read by any case of their names', (_name, headers) => {
  const request = outgoingRequest(url, { headers: headers as HeadersInit });
  expect(request?.headers.get('content-type')).toBe('application/json');
  expect(request?.headers.get('X-A')).toBe('b');
  expect(request?.headers.get('x-b')).toBeNull();
});

test('a header that is given twice is one, as on the wire', () => {
  const request = outgoingRequest(url, {
    headers: [
      ['x-a', '1'],
      ['X-A', '2'],
    ],
  });
  expect(request?.headers.get('x-a')).toBe('1, 2');
});

test('without headers there are none', () => {
  expect(outgoingRequest(url, {})?.headers.get('content-type')).toBeNull();
});

test('headers that `fetch` refuses are no error of the one who looks at them', () => {
  const headers = { 'not a name': 'x', 'content-type': 'application/json' };
  expect(outgoingRequest(url, { headers })?.headers.get('content-type')).toBe('application/json');
});

test('a URL that `fetch` refuses is left to it', () => {
  expect(outgoingRequest('/relative', {})).toBeUndefined();
});
