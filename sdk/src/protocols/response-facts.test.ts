import { describe, expect, it } from 'vitest';
import { responseFacts } from './response-facts.ts';

const now = Date.UTC(2026, 0, 1);
const facts = (headers: Record<string, string>, provider?: string) =>
  responseFacts(new Headers(headers), now, provider);

describe('response headers', () => {
  it.each([
    [{ 'x-request-id': 'req_1' }, 'req_1'],
    [{ 'request-id': 'req_2' }, 'req_2'],
    [{ 'x-amzn-requestid': 'a-b' }, 'a-b'],
    [{ 'apim-request-id': 'c-d' }, 'c-d'],
    [{ 'mistral-correlation-id': 'e' }, 'e'],
  ])('%j carry the id of the request', (headers, id) => {
    expect(facts(headers as Record<string, string>).providerRequestId).toBe(id);
  });

  it('carry the id that a gateway gave it', () => {
    expect(facts({ 'cf-ray': '9abc-FRA', server: 'cloudflare' })).toMatchObject({
      gatewayId: '9abc-FRA',
      server: 'cloudflare',
    });
    expect(facts({ 'x-amz-cf-id': 'xyz==' }).gatewayId).toBe('xyz==');
  });

  it.each([
    [{ 'retry-after': '20' }, 20],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1.5],
    [{ 'retry-after-ms': '0', 'retry-after': '1' }, 1],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' }, 90],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j say how long to wait', (headers, seconds) => {
    expect(facts(headers as Record<string, string>).retryAfterSeconds).toBe(seconds);
  });

  it("do not show an intermediary in the provider's own edge", () => {
    expect(facts({ server: 'cloudflare', 'cf-ray': '1' }, 'openai').intermediary).toBeUndefined();
    expect(facts({ server: 'cloudflare', 'openai-processing-ms': '5' }).intermediary).toBeUndefined();
    expect(facts({ server: 'uvicorn' }).intermediary).toBeUndefined();
  });

  it.each([
    [{ server: 'nginx/1.25' }, 'openai', 'nginx', 'server: nginx/1.25'],
    [{ server: 'cloudflare' }, undefined, 'cloudflare', 'server: cloudflare'],
    [
      { server: 'cloudflare', via: '1.1 proxy.corp.example (squid/5.7)' },
      'openai',
      'squid',
      'via: 1.1 proxy.corp.example (squid/5.7)',
    ],
    [{ via: '1.1 gw-17' }, 'anthropic', 'proxy', 'via: 1.1 gw-17'],
    [{ 'x-litellm-version': '1.70', server: 'uvicorn' }, 'openai', 'litellm', 'x-litellm-version'],
  ])('%j of %s show %s', (headers, provider, name, evidence) => {
    expect(facts(headers as Record<string, string>, provider).intermediary).toEqual({ name, evidence });
  });

  it('keep no more than is useful', () => {
    expect(facts({ 'x-request-id': 'x'.repeat(999) }).providerRequestId).toHaveLength(128);
    expect(facts({})).toEqual({});
  });
});
