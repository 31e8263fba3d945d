import { describe, expect, it } from 'vitest';
import { ConfigError, isLoopback, readConfig } from './config.ts';

const read = (env: Record<string, string>) => readConfig(env, '/srv');

describe('the configuration', () => {
  it('needs no variable', () => {
    expect(read({})).toMatchObject({
      host: '127.0.0.1',
      port: 4318,
      grpcPort: 4317,
      isGrpcOptional: true,
      dataDir: '/srv/data',
      logLevel: 'info',
      maxBodyBytes: 64 * 1024 * 1024,
      allowPrivateWebhooks: true,
      database: 'weir',
    });
    expect(read({})).not.toHaveProperty('clickhouse');
  });

  it('reads every variable', () => {
    const env = {
      WEIR_HOST: '0.0.0.0',
      WEIR_PORT: '8080',
      WEIR_GRPC_PORT: '8081',
      WEIR_DATA_DIR: '/var/weir',
      WEIR_DASHBOARD_DIR: 'ui',
      WEIR_PUBLIC_URL: 'https://weir.example.com',
      WEIR_LOG_LEVEL: 'debug',
      WEIR_MAX_BODY_BYTES: '1048576',
      WEIR_RECEIVE_WORKERS: '3',
      WEIR_INGEST_KEY: 'k'.repeat(16),
      WEIR_DASHBOARD_PASSWORD: 'p'.repeat(8),
      WEIR_ALLOW_PRIVATE_WEBHOOKS: 'true',
      WEIR_FORWARD_TEMPO_URL: 'http://tempo:4318',
      CLICKHOUSE_URL: 'http://db:8123',
      CLICKHOUSE_USER: 'weir',
      CLICKHOUSE_PASSWORD: 'secret',
      CLICKHOUSE_DATABASE: 'streams',
      CLICKHOUSE_CLUSTER: 'main',
      WEIR_RETENTION_RAW_DAYS: '7',
      WEIR_RETENTION_ROLLUP_DAYS: '90',
    };
    expect(read(env)).toEqual({
      retention: { rawDays: 7, rollupDays: 90 },
      host: '0.0.0.0',
      port: 8080,
      grpcPort: 8081,
      isGrpcOptional: false,
      dataDir: '/var/weir',
      dashboardDir: '/srv/ui',
      publicUrl: 'https://weir.example.com',
      logLevel: 'debug',
      maxBodyBytes: 1_048_576,
      receiveWorkers: 3,
      ingestKey: 'k'.repeat(16),
      dashboardPassword: 'p'.repeat(8),
      forwardTo: [{ name: 'tempo', url: 'http://tempo:4318/v1/traces', headers: {} }],
      allowPrivateWebhooks: true,
      database: 'streams',
      clickhouse: { url: 'http://db:8123', username: 'weir', password: 'secret', cluster: 'main' },
    });
  });

  it('treats an empty variable as one that is not set', () => {
    expect(read({ WEIR_PORT: '', CLICKHOUSE_URL: '' })).toMatchObject({ port: 4318 });
  });

  it.each([
    ['WEIR_PORT', 'abc'],
    ['WEIR_PORT', '70000'],
    ['WEIR_PORT', '80.5'],
    ['WEIR_GRPC_PORT', 'on'],
    ['WEIR_GRPC_PORT', '70000'],
    ['WEIR_LOG_LEVEL', 'loud'],
    ['WEIR_MAX_BODY_BYTES', '12'],
    ['WEIR_RECEIVE_WORKERS', '-1'],
    ['WEIR_INGEST_KEY', 'short'],
    ['WEIR_DASHBOARD_PASSWORD', 'short'],
    ['WEIR_ALLOW_PRIVATE_WEBHOOKS', 'maybe'],
    ['WEIR_PUBLIC_URL', 'weir.internal'],
    ['WEIR_FORWARD_TEMPO_URL', 'tempo.internal'],
    ['CLICKHOUSE_URL', 'tcp://db:9000'],
    ['CLICKHOUSE_DATABASE', 'a; DROP'],
  ])('says in one sentence what %s must be, and not what it was', (variable, value) => {
    let message = '';
    try {
      read({ [variable]: value });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as Error).message;
    }
    expect(message).toMatch(new RegExp(`^${variable} must be [^\\n]+\\.$`));
    expect(message).not.toContain(value);
  });

  it('keeps rollups at least as long as streams', () => {
    const env = { WEIR_RETENTION_RAW_DAYS: '90', WEIR_RETENTION_ROLLUP_DAYS: '30' };
    expect(() => read(env)).toThrow(/WEIR_RETENTION_ROLLUP_DAYS is 30 and WEIR_RETENTION_RAW_DAYS is 90/);
  });

  it('knows where gRPC is: at its port, beside any free one at any free one, or nowhere', () => {
    expect(read({ WEIR_PORT: '0' })).toMatchObject({ grpcPort: 0 });
    expect(read({ WEIR_PORT: '0', WEIR_GRPC_PORT: '4317' })).toMatchObject({ grpcPort: 4317 });
    expect(read({ WEIR_GRPC_PORT: 'off' })).not.toHaveProperty('grpcPort');
  });

  it('refuses to listen where others can reach it without a password, and names the key that may be missing too', () => {
    expect(() => read({ WEIR_HOST: '0.0.0.0' })).toThrow(/WEIR_DASHBOARD_PASSWORD, and WEIR_INGEST_KEY/);
    expect(() => read({ WEIR_HOST: '10.0.0.1', WEIR_INGEST_KEY: 'k'.repeat(16) })).toThrow(
      /set WEIR_DASHBOARD_PASSWORD, or/,
    );
    expect(() => read({ WEIR_HOST: '10.0.0.1', WEIR_DASHBOARD_PASSWORD: 'p'.repeat(8) })).not.toThrow();
  });

  it('keeps webhooks from private addresses once others can reach it, unless told otherwise', () => {
    const secrets = { WEIR_INGEST_KEY: 'k'.repeat(16), WEIR_DASHBOARD_PASSWORD: 'p'.repeat(8) };
    expect(read({ WEIR_HOST: '0.0.0.0', ...secrets }).allowPrivateWebhooks).toBe(false);
    expect(read({ WEIR_ALLOW_PRIVATE_WEBHOOKS: 'false' }).allowPrivateWebhooks).toBe(false);
  });

  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.evil.example', false],
    ['localhost.evil.example', false],
  ])('knows whether %s is this machine alone: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
