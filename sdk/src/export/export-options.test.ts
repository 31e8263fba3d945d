import { describe, expect, test } from 'vitest';
import { exportTarget, queueBounds } from './export-options.ts';

const local = 'http://127.0.0.1:4318/v1/traces';

describe('spans go', () => {
  test.each([
    ['nothing is set', {}, {}, local],
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
    ['a variable is empty', {}, { WEIR_ENDPOINT: '', OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, local],
  ])('to a URL of ours when %s', (_, options, variables, url) => {
    expect(exportTarget(options, variables)).toMatchObject({ status: 'weir', url });
  });

  test.each(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])(
    'where the exporter itself reads it when %s is set',
    (name) => {
      expect(exportTarget({}, { [name]: 'http://o' })).toEqual({ status: 'weir', protocol: 'json' });
    },
  );

  test.each([
    { OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_TRACES_EXPORTER: 'otlp,console' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
  ])('as OpenTelemetry sets it up with %j, unless an endpoint of ours is named', (variables) => {
    expect(exportTarget({}, variables).status).toBe('opentelemetry');
    expect(exportTarget({ endpoint: 'http://w' }, variables).status).toBe('weir');
  });

  test('in protobuf when that is asked for', () => {
    expect(exportTarget({}, { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' })).toMatchObject({
      protocol: 'protobuf',
    });
  });
});

test('the key goes along as a bearer token', () => {
  expect(exportTarget({}, {})).not.toHaveProperty('headers');
  expect(exportTarget({}, { WEIR_KEY: '' })).not.toHaveProperty('headers');
  const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
  expect(exportTarget({}, { WEIR_KEY: 'a' })).toMatchObject(bearer('a'));
  expect(exportTarget({ key: 'b' }, { WEIR_KEY: 'a' })).toMatchObject(bearer('b'));
});

describe('the queue is bounded', () => {
  test("by OpenTelemetry's variables, and its defaults where they make no sense", () => {
    const defaults = { limit: 2048, batchSize: 512, delayMs: 5000, exportTimeoutMs: 30_000 };
    expect(queueBounds({})).toEqual(defaults);
    expect(queueBounds({ OTEL_BSP_MAX_QUEUE_SIZE: '-1', OTEL_BSP_SCHEDULE_DELAY: 'soon' })).toEqual(defaults);
    expect(queueBounds({ OTEL_BSP_MAX_QUEUE_SIZE: '100', OTEL_BSP_EXPORT_TIMEOUT: '10' })).toEqual({
      limit: 100,
      batchSize: 100,
      delayMs: 5000,
      exportTimeoutMs: 10,
    });
  });
});
