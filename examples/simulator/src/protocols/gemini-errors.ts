import type { Json } from '../json.ts';
import type { Exchange, FailureDetails, FailureKind, HttpFailure } from './protocol.ts';

interface GoogleError {
  readonly code: number;
  readonly status: string;
  readonly message: (model: string) => string;
  readonly details?: (retryAfterSeconds: number) => readonly Json[];
}

const RPC = 'type.googleapis.com/google.rpc';
const QUOTA_MESSAGE =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.';

function quotaFailure(quotaId: string): Json {
  return {
    '@type': `${RPC}.QuotaFailure`,
    violations: [{ quotaMetric: 'generativelanguage.googleapis.com/generate_content_requests', quotaId }],
  };
}

// https://ai.google.dev/gemini-api/docs/troubleshooting and https://cloud.google.com/apis/design/errors
const ERRORS: Record<FailureKind, GoogleError> = {
  bad_request: {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: () => '* GenerateContentRequest.contents: contents is not specified',
  },
  context_length: {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: () => 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  },
  auth: {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: () => 'API key not valid. Please pass a valid API key.',
    details: () => [
      {
        '@type': `${RPC}.ErrorInfo`,
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
    ],
  },
  forbidden: { code: 403, status: 'PERMISSION_DENIED', message: () => 'The caller does not have permission' },
  not_found: {
    code: 404,
    status: 'NOT_FOUND',
    message: (model) =>
      `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  },
  too_large: {
    code: 413,
    status: 'INVALID_ARGUMENT',
    message: () => 'Request payload size exceeds the limit: 20971520 bytes.',
  },
  rate_limit: {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: () => QUOTA_MESSAGE,
    details: (seconds) => [
      quotaFailure('GenerateRequestsPerMinutePerProjectPerModel'),
      { '@type': `${RPC}.RetryInfo`, retryDelay: `${seconds}s` },
    ],
  },
  quota: {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: () => QUOTA_MESSAGE,
    details: () => [quotaFailure('GenerateRequestsPerDayPerProjectPerModel-FreeTier')],
  },
  server_error: {
    code: 500,
    status: 'INTERNAL',
    message: () =>
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  },
  overloaded: {
    code: 503,
    status: 'UNAVAILABLE',
    message: () => 'The model is overloaded. Please try again later.',
  },
};

export function geminiFailure(kind: FailureKind, exchange: Exchange, details: FailureDetails): HttpFailure {
  const { code, status, message, details: more } = ERRORS[kind];
  return {
    status: code,
    headers: { vary: 'Origin, X-Origin, Referer', server: 'scaffolding on HTTPServer2' },
    body: {
      error: {
        code,
        message: details.message ?? message(exchange.model),
        status,
        ...(more === undefined ? {} : { details: more(details.retryAfterSeconds) }),
      },
    },
  };
}
