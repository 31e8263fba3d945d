/** What OpenAI's endpoints share: ids, headers, and the error object. */
import { BASE62, HEX, type Random, randomString } from '../random.ts';
import type { Headers } from '../wire/step.ts';
import type { Exchange, FailureDetails, FailureKind, HttpFailure } from './protocol.ts';

const ORGANIZATION = 'org-simulated';
const LIMIT_REQUESTS = 10_000;
const LIMIT_TOKENS = 2_000_000;

export function requestIdOf(random: Random): string {
  return `req_${randomString(random, HEX, 32)}`;
}

/** https://platform.openai.com/docs/api-reference/debugging-requests */
export function openaiHeaders(exchange: Exchange): Headers {
  return {
    'access-control-expose-headers': 'X-Request-ID',
    'openai-organization': ORGANIZATION,
    'openai-processing-ms': String(Math.round(exchange.timing.headersMs)),
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': String(LIMIT_REQUESTS),
    'x-ratelimit-limit-tokens': String(LIMIT_TOKENS),
    'x-ratelimit-remaining-requests': String(LIMIT_REQUESTS - 1),
    'x-ratelimit-remaining-tokens': String(LIMIT_TOKENS - 1_000),
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '30ms',
    'x-request-id': exchange.requestId,
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'cf-cache-status': 'DYNAMIC',
    'x-content-type-options': 'nosniff',
    server: 'cloudflare',
    'cf-ray': `${randomString(exchange.idRandom, HEX, 16)}-AMS`,
  };
}

interface OpenAiError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

const QUOTA_MESSAGE =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.';

const ERRORS: Record<FailureKind, (model: string) => OpenAiError & { readonly status: number }> = {
  bad_request: () => ({
    status: 400,
    message: "Invalid value for 'messages': expected an array of objects.",
    type: 'invalid_request_error',
    param: 'messages',
    code: 'invalid_type',
  }),
  context_length: () => ({
    status: 400,
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens. Please reduce the length of the messages.",
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
  }),
  auth: () => ({
    status: 401,
    message:
      'Incorrect API key provided: sk-simul****ated. You can find your API key at https://platform.openai.com/account/api-keys.',
    type: 'invalid_request_error',
    param: null,
    code: 'invalid_api_key',
  }),
  forbidden: (model) => ({
    status: 403,
    message: `Project \`proj_simulated\` does not have access to model \`${model}\``,
    type: 'invalid_request_error',
    param: null,
    code: 'model_not_found',
  }),
  not_found: (model) => ({
    status: 404,
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    param: null,
    code: 'model_not_found',
  }),
  too_large: () => ({
    status: 413,
    message: 'Request body exceeds the size limit.',
    type: 'invalid_request_error',
    param: null,
    code: 'request_too_large',
  }),
  rate_limit: (model) => ({
    status: 429,
    message: `Rate limit reached for ${model} in organization ${ORGANIZATION} on tokens per min (TPM): Limit ${LIMIT_TOKENS}, Used ${LIMIT_TOKENS}, Requested 1024. Visit https://platform.openai.com/account/rate-limits to learn more.`,
    type: 'tokens',
    param: null,
    code: 'rate_limit_exceeded',
  }),
  quota: () => ({
    status: 429,
    message: QUOTA_MESSAGE,
    type: 'insufficient_quota',
    param: null,
    code: 'insufficient_quota',
  }),
  server_error: () => ({ status: 500, ...SERVER_ERROR }),
  overloaded: () => ({
    status: 503,
    message: 'That model is currently overloaded with other requests. You can retry your request.',
    type: 'server_error',
    param: null,
    code: 'server_overloaded',
  }),
};

export const SERVER_ERROR: OpenAiError = {
  message: 'The server had an error while processing your request. Sorry about that!',
  type: 'server_error',
  param: null,
  code: null,
};

/** https://platform.openai.com/docs/guides/error-codes */
export function openaiFailure(kind: FailureKind, exchange: Exchange, details: FailureDetails): HttpFailure {
  const { status, ...error } = ERRORS[kind](exchange.model);
  const seconds = details.retryAfterSeconds;
  const retry: Headers =
    kind === 'rate_limit'
      ? {
          'retry-after': String(Math.ceil(seconds)),
          'retry-after-ms': String(Math.round(seconds * 1000)),
          'x-ratelimit-remaining-tokens': '0',
          'x-ratelimit-reset-tokens': `${seconds}s`,
        }
      : {};
  return {
    status,
    headers: { ...openaiHeaders(exchange), ...retry },
    body: { error: { ...error, message: details.message ?? error.message } },
  };
}

/** Padding that brings a delta up to a multiple of 16 characters, so that sizes on the wire tell nothing. */
export function obfuscation(delta: string, random: Random): string {
  return randomString(random, BASE62, 16 - (delta.length % 16));
}
