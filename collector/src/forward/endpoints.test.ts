import { describe, expect, it } from 'vitest';
import { readForwardEndpoints } from './endpoints.ts';

function endpointsOf(settings: Record<string, string>) {
  const read = readForwardEndpoints(settings);
  if (read.status === 'invalid') throw new Error(read.message);
  return read.endpoints;
}

function messageFor(settings: Record<string, string>): string {
  const read = readForwardEndpoints(settings);
  return read.status === 'invalid' ? read.message : 'valid';
}

describe('endpoints to forward to', () => {
  it('are none unless they are set', () => {
    expect(endpointsOf({ WEIR_PORT: '4318' })).toEqual([]);
  });

  it('have a name, a base URL and headers', () => {
    expect(
      endpointsOf({
        WEIR_FORWARD_TEMPO_URL: 'http://tempo:4318',
        WEIR_FORWARD_GRAFANA_CLOUD_URL: 'https://otlp.example.com/otlp/',
        WEIR_FORWARD_GRAFANA_CLOUD_HEADERS: 'Authorization=Basic%20YTpi, x-scope=a%2Cb%3Dc',
      }),
    ).toEqual([
      {
        name: 'grafana_cloud',
        url: 'https://otlp.example.com/otlp/v1/traces',
        headers: { authorization: 'Basic YTpi', 'x-scope': 'a,b=c' },
      },
      { name: 'tempo', url: 'http://tempo:4318/v1/traces', headers: {} },
    ]);
  });

  it('keep a value with = in it, as keys in base64 have', () => {
    const settings = { WEIR_FORWARD_1_URL: 'http://a', WEIR_FORWARD_1_HEADERS: 'api-key=YWI=' };
    expect(endpointsOf(settings)[0]?.headers).toEqual({ 'api-key': 'YWI=' });
  });

  it('may be given with the path of the signal', () => {
    const settings = { WEIR_FORWARD_1_URL: 'https://sentry.example/otlp/v1/traces/' };
    expect(endpointsOf(settings)[0]?.url).toBe('https://sentry.example/otlp/v1/traces');
  });

  it.each(['tempo:4318', 'ftp://a', 'http://user:secret@a', 'https://a/?key=secret', 'https://a/#secret'])(
    'are refused with a URL that is not plain, without repeating it: %s',
    (url) => {
      const message = messageFor({ WEIR_FORWARD_1_URL: url });
      expect(message).toMatch(/^WEIR_FORWARD_1_URL must be [^\n]+\.$/);
      expect(message).not.toContain('secret');
    },
  );

  it.each([
    'secret',
    'authorization=',
    'a b=secret',
    'a=%zz-secret',
    'a=secret%0d%0ax: 1',
    'content-type=secret',
    'Host=secret',
  ])('are refused with headers that cannot be sent, without repeating them: %s', (headers) => {
    const message = messageFor({ WEIR_FORWARD_1_URL: 'http://a', WEIR_FORWARD_1_HEADERS: headers });
    expect(message).toMatch(/^WEIR_FORWARD_1_HEADERS must be [^\n]+\.$/);
    expect(message).not.toContain('secret');
  });

  it('are refused with headers for nowhere', () => {
    expect(messageFor({ WEIR_FORWARD_1_HEADERS: 'a=b' })).toMatch(/^WEIR_FORWARD_1_URL must be/);
  });

  it.each(['WEIR_FORWARD_ENDPOINTS', 'WEIR_FORWARD_1_HEADER', 'WEIR_FORWARD__URL', 'WEIR_FORWARD_a_URL'])(
    'are not guessed from %s',
    (variable) => {
      expect(messageFor({ [variable]: 'http://a' })).toMatch(new RegExp(`^${variable} is not known`));
    },
  );
});
