import { describe, expect, test } from 'vitest';
import { serverEnvironment } from './environment.ts';

const node = { node: '24.0.0' };
const api = new URL('https://api.example.com/v1/chat/completions');

function proxyOf(env: Record<string, string>, versions: Record<string, string> = node, url = api) {
  return serverEnvironment({ env, versions }).network(url).proxy;
}

describe('a proxy in the environment', () => {
  test('is none to a Node that does not follow it', () => {
    expect(proxyOf({ HTTPS_PROXY: 'http://proxy:3128' })).toBeUndefined();
  });

  test('is one to a Node that is told to follow it, and to Bun', () => {
    const env = { HTTPS_PROXY: 'http://proxy:3128' };
    expect(proxyOf({ ...env, NODE_USE_ENV_PROXY: '1' })).toBe(true);
    expect(proxyOf(env, { ...node, bun: '1.3.0' })).toBe(true);
    const told = { env, versions: node, execArgv: ['--use-env-proxy'] };
    expect(serverEnvironment(told).network(api).proxy).toBe(true);
  });

  test.each([
    [{ HTTPS_PROXY: 'p' }, true],
    [{ https_proxy: 'p' }, true],
    [{ ALL_PROXY: 'p' }, true],
    [{ HTTP_PROXY: 'p' }, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTPS_PROXY: 'p', NO_PROXY: '*' }, undefined],
    [{ HTTPS_PROXY: 'p', NO_PROXY: 'localhost, example.com' }, undefined],
    [{ HTTPS_PROXY: 'p', no_proxy: '.example.com' }, undefined],
    [{ HTTPS_PROXY: 'p', NO_PROXY: 'api.example.com:8080' }, true],
    [{ HTTPS_PROXY: 'p', NO_PROXY: 'ample.com' }, true],
  ])('%o -> %s', (env, expected) => {
    expect(proxyOf({ NODE_USE_ENV_PROXY: '1', ...env })).toBe(expected);
  });
});

test('where there is no process, nothing is known', () => {
  expect(serverEnvironment(undefined).network(api)).toEqual({});
});
