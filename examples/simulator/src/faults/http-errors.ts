import type { FailureKind } from '../protocols/protocol.ts';
import { type IntermediaryName, intermediaries, ownAnswer } from '../proxy/intermediaries.ts';
import type { Headers, Step } from '../wire/step.ts';
import type { FaultDefinition } from './fault.ts';
import type { Scene } from './playback.ts';

function* answerWith(scene: Scene, status: number, headers: Headers, body: string): Generator<Step> {
  yield { do: 'wait', ms: scene.turn.timing.headersMs };
  yield { do: 'respond', status, headers };
  yield { do: 'write', bytes: body, frames: [] };
  yield { do: 'end' };
}

function providerSays(kind: FailureKind) {
  return (scene: Scene): Generator<Step> => {
    const details = { retryAfterSeconds: scene.parameters.retryAfterSeconds };
    const failure = scene.protocol.failure(kind, scene.turn, details);
    const body = JSON.stringify(failure.body);
    const type = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
    return answerWith(scene, failure.status, { ...failure.headers, ...type }, body);
  };
}

function gatewaySays(status: number, usual: IntermediaryName) {
  return (scene: Scene): Generator<Step> => {
    const intermediary = intermediaries[scene.parameters.gateway ?? usual];
    const answer = ownAnswer(intermediary, status, scene.turn.idRandom);
    return answerWith(scene, answer.status, answer.headers, answer.body);
  };
}

const LOGIN_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sign in to continue</title></head><body><form action="/login" method="post"><h1>Network access</h1><p>Please accept the terms of use to continue.</p></form></body></html>\n';

/** Answers that are not a stream: errors of the provider, of something in between, and documents with status 200. */
export const httpErrors = [
  {
    name: 'http_400_bad_request',
    wire: "HTTP 400 with the provider's error object: a field of the request is wrong.",
    reason: 'bad_request',
    stage: 'headers',
    play: providerSays('bad_request'),
  },
  {
    name: 'http_400_context_length',
    wire: 'HTTP 400: the prompt is longer than the context window.',
    reason: 'context_length',
    stage: 'headers',
    nuances: {
      anthropic: {
        note: 'No code of its own: `invalid_request_error` with "prompt is too long" in the message.',
      },
      gemini: {
        note: 'No code of its own: `INVALID_ARGUMENT`, "input token count … exceeds" in the message.',
      },
      cohere: { note: 'HTTP 400 with `error_type` `TOO_MANY_TOKENS`.' },
      bedrock: { note: 'No code of its own: `ValidationException` with the reason in the message.' },
      ollama: { note: 'No code of its own: "exceeds the available context size" in the message.' },
    },
    play: providerSays('context_length'),
  },
  {
    name: 'http_401',
    wire: 'HTTP 401: the API key is wrong.',
    reason: 'auth_error',
    stage: 'headers',
    nuances: {
      gemini: { note: 'HTTP 400 with reason `API_KEY_INVALID` in the details.' },
      bedrock: { note: 'HTTP 403 `UnrecognizedClientException`.' },
    },
    play: providerSays('auth'),
  },
  {
    name: 'http_403',
    wire: 'HTTP 403: the key may not use this model.',
    reason: 'auth_error',
    stage: 'headers',
    play: providerSays('forbidden'),
  },
  {
    name: 'http_404',
    wire: 'HTTP 404: no such model.',
    reason: 'bad_request',
    stage: 'headers',
    play: providerSays('not_found'),
  },
  {
    name: 'http_413',
    wire: 'HTTP 413: the request, usually its attachments, is too large.',
    reason: 'bad_request',
    stage: 'headers',
    play: providerSays('too_large'),
  },
  {
    name: 'http_429_rate_limit',
    wire: 'HTTP 429 with `Retry-After`: too many requests or tokens per minute.',
    reason: 'rate_limited',
    stage: 'headers',
    nuances: {
      gemini: { note: 'No header: `RetryInfo` in the details of `RESOURCE_EXHAUSTED`.' },
      ollama: { note: 'No header.' },
      cohere: { note: 'No header.' },
      bedrock: { note: 'No header: `ThrottlingException`.' },
    },
    parameters: ['retry_after'],
    play: providerSays('rate_limit'),
  },
  {
    name: 'http_429_quota',
    wire: 'HTTP 429 without `Retry-After`: the plan or credit is used up.',
    reason: 'quota_exceeded',
    stage: 'headers',
    protocols: ['openai_chat', 'openai_responses', 'anthropic', 'gemini'],
    nuances: {
      anthropic: { note: 'HTTP 402 `billing_error`.' },
      gemini: {
        note: '`RESOURCE_EXHAUSTED` as for a rate limit; a `QuotaFailure` per day tells them apart.',
        acceptable: ['rate_limited'],
      },
    },
    play: providerSays('quota'),
  },
  {
    name: 'http_500',
    wire: "HTTP 500 with the provider's error object.",
    reason: 'server_error',
    stage: 'headers',
    play: providerSays('server_error'),
  },
  {
    name: 'http_overloaded',
    wire: "HTTP 503 with the provider's own error object: overloaded.",
    reason: 'overloaded',
    stage: 'headers',
    nuances: { anthropic: { note: 'HTTP 529 `overloaded_error`.' } },
    play: providerSays('overloaded'),
  },
  {
    name: 'gateway_502',
    wire: 'HTTP 502 with the HTML page of a gateway (nginx).',
    reason: 'gateway_error',
    stage: 'headers',
    parameters: ['gateway'],
    play: gatewaySays(502, 'nginx'),
  },
  {
    name: 'gateway_503',
    wire: 'HTTP 503 with the HTML page of a load balancer (AWS ALB).',
    reason: 'gateway_error',
    stage: 'headers',
    parameters: ['gateway'],
    play: gatewaySays(503, 'alb'),
  },
  {
    name: 'gateway_504',
    wire: 'HTTP 504 with the HTML page of a gateway (nginx).',
    reason: 'gateway_error',
    stage: 'headers',
    parameters: ['gateway'],
    play: gatewaySays(504, 'nginx'),
  },
  {
    name: 'gateway_524',
    wire: 'HTTP 524 with the HTML page of Cloudflare.',
    reason: 'gateway_error',
    stage: 'headers',
    parameters: ['gateway'],
    play: gatewaySays(524, 'cloudflare'),
  },
  {
    name: 'html_200',
    wire: 'HTTP 200 `text/html`: a captive portal or corporate proxy answers instead of the provider.',
    reason: 'not_a_stream',
    stage: 'first_chunk',
    play: (scene) =>
      answerWith(
        scene,
        200,
        {
          'content-type': 'text/html; charset=utf-8',
          server: 'squid/6.10',
          via: '1.1 proxy.corp.example (squid/6.10)',
        },
        LOGIN_PAGE,
      ),
  },
  {
    name: 'json_200',
    wire: 'HTTP 200 `application/json`: the whole answer as a document where a stream was asked for.',
    reason: 'not_a_stream',
    stage: 'first_chunk',
    streamOnly: true,
    play: (scene) =>
      answerWith(
        scene,
        200,
        { ...scene.headers, 'content-type': 'application/json' },
        JSON.stringify(scene.protocol.document(scene.turn)),
      ),
  },
  {
    name: 'json_error_200',
    wire: 'HTTP 200 `application/json` with an error object where a stream was asked for.',
    reason: 'not_a_stream',
    stage: 'first_chunk',
    acceptable: ['provider_error'],
    streamOnly: true,
    play: (scene) => {
      const { body } = scene.protocol.failure('server_error', scene.turn, scene.parameters);
      const headers = { ...scene.headers, 'content-type': 'application/json' };
      return answerWith(scene, 200, headers, JSON.stringify(body));
    },
  },
] as const satisfies readonly FaultDefinition[];
