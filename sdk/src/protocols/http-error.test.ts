import { describe, expect, it } from 'vitest';
import { classifyHttpError } from './http-error.ts';

function classify(status: number, body: unknown, headers: Record<string, string> = {}, provider?: string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return classifyHttpError({ status, headers: new Headers(headers), body: text, provider });
}

describe('HTTP 429', () => {
  it.each([
    [
      { error: { code: 'rate_limit_exceeded', type: 'requests', message: 'Rate limit reached' } },
      'rate_limited',
    ],
    [
      {
        error: {
          code: 'rate_limit_exceeded',
          type: 'tokens',
          message: 'Request too large for gpt-4o: Limit 30000, Requested 60000',
        },
      },
      'rate_limited',
    ],
    [
      {
        error: {
          code: 'insufficient_quota',
          type: 'insufficient_quota',
          message: 'You exceeded your current quota',
        },
      },
      'quota_exceeded',
    ],
    [{ type: 'error', error: { type: 'rate_limit_error', message: 'too many' } }, 'rate_limited'],
    [{ error: { type: 'exceeded_current_quota_error', message: 'suspended' } }, 'quota_exceeded'],
    [
      {
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          message: 'Resource exhausted. Please try again later.',
        },
      },
      'rate_limited',
    ],
    [{ error: { type: 'overloaded_error', message: 'engine is overloaded' } }, 'overloaded'],
    ['', 'rate_limited'],
  ])('%j is %s', (body, reason) => {
    expect(classify(429, body).reason).toBe(reason);
  });

  it('of Google is a rate or a quota by the limit it names, with the wait from the body', () => {
    const limited = (quotaId: string) => ({
      error: {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        message: 'You exceeded your current quota, please check your plan and billing details.',
        details: [{ violations: [{ quotaId }] }, { retryDelay: '48.5s' }],
      },
    });
    expect(classify(429, limited('GenerateContentInputTokensPerModelPerMinute'))).toMatchObject({
      reason: 'rate_limited',
      retryAfterSeconds: 48.5,
    });
    expect(classify(429, limited('GenerateRequestsPerDayPerProjectPerModel-FreeTier')).reason).toBe(
      'quota_exceeded',
    );
  });
});

describe('HTTP 400', () => {
  it.each([
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
    'prompt is too long: 210000 tokens > 200000 maximum',
    'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
    'The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).',
    'Input is too long for requested model.',
    'too many tokens: size limit exceeded by 25836 tokens',
    "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
    'the request exceeds the available context size. try increasing the context size',
    'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
    'Range of input length should be [1, 30720]',
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193',
    'Invalid request: Your request exceeded model token limit: 8192',
    'the number of input tokens 8193 cannot exceed the total tokens limit 8192',
  ])('is context_length where the provider says: %s', (message) => {
    expect(classify(400, { error: { message, type: 'invalid_request_error' } }).reason).toBe(
      'context_length',
    );
  });

  it.each([
    ['max_tokens is too large: 100000. This model supports at most 4096 completion tokens', 'bad_request'],
    ['Your credit balance is too low to access the Anthropic API.', 'quota_exceeded'],
    ['API key not valid. Please pass a valid API key.', 'auth_error'],
    ['failed to decode, try increasing the context size', 'bad_request'],
    ['Invalid schema for response_format', 'bad_request'],
  ])('%s is %s', (message, reason) => {
    expect(classify(400, { error: { message, type: 'invalid_request_error' } }).reason).toBe(reason);
  });

  it('of Azure with a blocked prompt is prompt_blocked', () => {
    const error = {
      code: 'content_filter',
      message: 'The response was filtered',
      innererror: { code: 'ResponsibleAIPolicyViolation' },
    };
    expect(classify(400, { error })).toMatchObject({
      reason: 'prompt_blocked',
      code: 'ResponsibleAIPolicyViolation',
    });
  });

  it('of AWS names its exception in a header', () => {
    const headers = { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/' };
    expect(classify(400, { message: 'Too many requests' }, headers)).toMatchObject({
      reason: 'rate_limited',
      code: 'ThrottlingException',
    });
  });
});

describe('other statuses', () => {
  it.each([
    [401, { error: { message: 'no' } }, 'auth_error'],
    [403, { error: { type: 'permission_error', message: 'no' } }, 'auth_error'],
    [402, { error: { message: 'Insufficient Balance' } }, 'quota_exceeded'],
    [
      404,
      {
        error: {
          code: 'model_not_found',
          message: 'The model does not exist or you do not have access to it',
        },
      },
      'bad_request',
    ],
    [
      413,
      { type: 'error', error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } },
      'bad_request',
    ],
    [422, { detail: [{ msg: 'field required' }] }, 'bad_request'],
    [498, { error: { code: 'capacity_exceeded' } }, 'overloaded'],
    [500, { error: { type: 'api_error', message: 'Internal server error' } }, 'server_error'],
    [500, { error: { message: 'An API key for the upstream is missing' } }, 'server_error'],
    [503, { error: { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' } }, 'overloaded'],
    [504, { error: { code: 504, status: 'DEADLINE_EXCEEDED', message: 'Deadline expired' } }, 'server_error'],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded'],
    [529, '', 'overloaded'],
  ])('%i with %j is %s, from the provider', (status, body, reason) => {
    expect(classify(status, body)).toMatchObject({ reason, initiator: 'provider' });
  });
});

describe('a gateway', () => {
  it.each([
    [502, '<html><title>502 Bad Gateway</title><center>nginx</center></html>', {}, 'gateway_error'],
    [
      503,
      'upstream connect error or disconnect/reset before headers. reset reason: overflow',
      {},
      'gateway_error',
    ],
    [503, 'no healthy upstream', { server: 'envoy' }, 'gateway_error'],
    [504, '', { server: 'awselb/2.0' }, 'gateway_error'],
    [504, '{"message":"Endpoint request timed out"}', {}, 'gateway_error'],
    [520, 'error code: 520', {}, 'gateway_error'],
    [524, '<!DOCTYPE html>', { server: 'cloudflare' }, 'gateway_error'],
    [403, '<!DOCTYPE html><title>Just a moment...</title>', { 'cf-mitigated': 'challenge' }, 'gateway_error'],
    [413, '<html><h1>413 Request Entity Too Large</h1></html>', { server: 'nginx' }, 'bad_request'],
    [429, '<html>slow down</html>', {}, 'rate_limited'],
  ])('answers %i with %s', (status, body, headers, reason) => {
    const facts = classify(status, body, headers as Record<string, string>);
    expect(facts).toMatchObject({ reason, initiator: 'intermediary' });
    expect(facts.evidence).toContain(`HTTP ${status}, `);
  });

  it("is not the provider's own edge, where the provider's error object came through it", () => {
    const body = { error: { type: 'server_error', message: 'sorry' } };
    expect(classify(502, body, { server: 'cloudflare' }, 'openai')).toMatchObject({
      reason: 'server_error',
      initiator: 'provider',
    });
  });

  it('is unknown where nothing tells who answered', () => {
    expect(classify(500, '')).toMatchObject({ reason: 'server_error', initiator: 'unknown', code: '' });
  });
});

describe('a body', () => {
  it('leaves nothing but a short code', () => {
    const secret = 'my prompt';
    const facts = classify(400, { error: { code: 'x'.repeat(100), message: secret, param: secret } });
    expect(facts.code).toHaveLength(64);
    expect(JSON.stringify(facts)).not.toContain(secret);
  });

  it.each([
    'null',
    '[]',
    '"x"',
    '{"error":null}',
    '{"error":{"details":[null,1,{"violations":"x"}]}}',
    '{',
    '\u0000',
  ])('%s does not confuse it', (body) => {
    expect(classify(400, body).reason).toBe('bad_request');
  });
});
