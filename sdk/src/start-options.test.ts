import { expect, test } from 'vitest';
import { exportTarget } from './start-options.ts';

test.each([
  ['nothing is set', {}, {}, 'http://127.0.0.1:4318/v1/traces'],
  [
    'the option is set',
    { endpoint: 'https://w.example/' },
    { WEIR_ENDPOINT: 'http://x' },
    'https://w.example/v1/traces',
  ],
  ['a whole URL is set', { endpoint: 'https://w.example/v1/traces' }, {}, 'https://w.example/v1/traces'],
  [
    'WEIR_ENDPOINT is set',
    {},
    { WEIR_ENDPOINT: 'http://w:4318', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://o' },
    'http://w:4318/v1/traces',
  ],
  ['OTEL_EXPORTER_OTLP_ENDPOINT is set', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://o' }, undefined],
  [
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set',
    {},
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://o' },
    undefined,
  ],
])('where spans go when %s', (_, options, variables, url) => {
  expect(exportTarget(options, variables).url).toBe(url);
});

test('the key goes along as a bearer token', () => {
  expect(exportTarget({}, {}).headers).toBeUndefined();
  expect(exportTarget({}, { WEIR_KEY: '' }).headers).toBeUndefined();
  expect(exportTarget({}, { WEIR_KEY: 'a' }).headers).toEqual({ authorization: 'Bearer a' });
  expect(exportTarget({ key: 'b' }, { WEIR_KEY: 'a' }).headers).toEqual({ authorization: 'Bearer b' });
});
