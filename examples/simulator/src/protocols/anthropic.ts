import type { Answer, Finish, Tool } from '../answer.ts';
import { asCount, asList, asObject, asText, type Json } from '../json.ts';
import { BASE62, HEX, randomString } from '../random.ts';
import type { Frame, FrameRole } from '../wire/frame.ts';
import type { Headers } from '../wire/step.ts';
import {
  type Exchange,
  estimateTokens,
  type FailureDetails,
  type FailureKind,
  type HttpFailure,
  type ParsedRequest,
  type Protocol,
  type Turn,
} from './protocol.ts';

const STOP_REASONS: Record<Finish, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  content_filter: 'refusal',
  refusal: 'refusal',
  tool_call: 'tool_use',
  pause: 'pause_turn',
  prompt_blocked: 'refusal',
};

// Recorded streams space the ping's JSON differently from every other event.
const PING: Frame = { role: 'liveness', event: 'ping', data: '{"type": "ping"}' };

/** Anthropic Messages: https://docs.anthropic.com/en/api/messages-streaming */
export const anthropic: Protocol = {
  name: 'anthropic',
  framing: 'sse',
  streamType: 'text/event-stream; charset=utf-8',
  manner: { tokensPerChunk: 5, toolIdPrefix: 'toolu_01', speaksBeforeTools: true, declinesInWords: false },
  route: (path) => (path.endsWith('/v1/messages') ? {} : undefined),
  parse,
  newIds: (random) => ({
    requestId: `req_011C${randomString(random, BASE62, 20)}`,
    responseId: `msg_01${randomString(random, BASE62, 22)}`,
  }),
  headers,
  frames,
  document,
  failure,
  streamError: (exchange) => [
    {
      role: 'error',
      event: 'error',
      data: JSON.stringify(errorBody('overloaded_error', 'Overloaded', exchange)),
    },
  ],
  keepAlive: `event: ping\ndata: ${PING.data}\n\n`,
};

function parse(body: Json): ParsedRequest {
  const model = asText(body.model);
  if (model === undefined) return { status: 'invalid', problem: 'model: Field required' };
  if (asList(body.messages) === undefined) return { status: 'invalid', problem: 'messages: Field required' };
  const maxTokens = asCount(body.max_tokens);
  if (maxTokens === undefined) return { status: 'invalid', problem: 'max_tokens: Field required' };
  const choice = asText(asObject(body.tool_choice)?.type);
  const thinking = asText(asObject(body.thinking)?.type);
  return {
    status: 'ok',
    request: {
      model,
      stream: body.stream === true,
      inputTokens: estimateTokens([body.system ?? '', body.messages]),
      maxOutputTokens: maxTokens,
      tools: (asList(body.tools) ?? []).flatMap(toolOf),
      mustCallTool: choice === 'any' || choice === 'tool',
      reasoning: thinking === 'enabled' || thinking === 'adaptive' ? 'visible' : 'none',
      choices: 1,
      includeUsage: true,
      obfuscate: false,
      seed: undefined,
    },
  };
}

function toolOf(value: unknown): Tool[] {
  const definition = asObject(value);
  const name = asText(definition?.name);
  return name === undefined ? [] : [{ name, parameters: asObject(definition?.input_schema) ?? {} }];
}

function headers(exchange: Exchange): Headers {
  const reset = new Date(exchange.createdAtMs + 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-requests-reset': reset,
    'anthropic-ratelimit-input-tokens-limit': '2000000',
    'anthropic-ratelimit-input-tokens-remaining': '1999000',
    'anthropic-ratelimit-input-tokens-reset': reset,
    'anthropic-ratelimit-output-tokens-limit': '400000',
    'anthropic-ratelimit-output-tokens-remaining': '399000',
    'anthropic-ratelimit-output-tokens-reset': reset,
    'request-id': exchange.requestId,
    'cache-control': 'no-cache',
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    via: '1.1 google',
    'cf-cache-status': 'DYNAMIC',
    'x-robots-tag': 'none',
    server: 'cloudflare',
    'cf-ray': `${randomString(exchange.idRandom, HEX, 16)}-AMS`,
  };
}

function event(role: FrameRole, payload: Json & { readonly type: string }, text?: string): Frame {
  const frame = { role, event: payload.type, data: JSON.stringify(payload) };
  return text === undefined ? frame : { ...frame, text };
}

function* frames(turn: Turn): Generator<Frame> {
  yield event('open', { type: 'message_start', message: messageOf(turn, undefined) });
  const answer = turn.answers[0];
  if (answer === undefined) return;
  yield* blocks(answer, turn);
  yield event('finish', {
    type: 'message_delta',
    delta: { stop_reason: STOP_REASONS[answer.finish], stop_sequence: null, ...stopDetails(answer.finish) },
    usage: usageOf(turn, turn.usage.outputTokens),
  });
  yield event('terminal', { type: 'message_stop' });
}

function* blocks(answer: Answer, turn: Turn): Generator<Frame> {
  let index = 0;
  if (answer.reasoning.length > 0) {
    const signature = { type: 'signature_delta', signature: `${randomString(turn.idRandom, BASE62, 96)}==` };
    yield* block(index, { type: 'thinking', thinking: '', signature: '' }, [
      ...answer.reasoning.map((thinking) => delta(index, { type: 'thinking_delta', thinking })),
      event('structure', { type: 'content_block_delta', index, delta: signature }),
    ]);
    index += 1;
  }
  if (answer.text.length > 0) {
    const text = answer.text.map((piece) => delta(index, { type: 'text_delta', text: piece }, piece));
    yield* block(index, { type: 'text', text: '' }, text);
    index += 1;
  }
  for (const call of answer.toolCalls) {
    const opening = { type: 'input_json_delta', partial_json: '' };
    yield* block(index, { type: 'tool_use', id: call.id, name: call.name, input: {} }, [
      event('structure', { type: 'content_block_delta', index, delta: opening }),
      ...call.pieces.map((piece) => delta(index, { type: 'input_json_delta', partial_json: piece })),
    ]);
    index += 1;
  }
}

function delta(index: number, payload: Json, text?: string): Frame {
  return event('content', { type: 'content_block_delta', index, delta: payload }, text);
}

function* block(index: number, start: Json, deltas: readonly Frame[]): Generator<Frame> {
  yield event('open', { type: 'content_block_start', index, content_block: start });
  if (index === 0) yield PING;
  yield* deltas;
  yield event('structure', { type: 'content_block_stop', index });
}

function stopDetails(finish: Finish): Json {
  return STOP_REASONS[finish] === 'refusal'
    ? { stop_details: { type: 'refusal', category: null, explanation: null } }
    : {};
}

function usageOf(turn: Turn, outputTokens: number): Json {
  return {
    input_tokens: turn.usage.inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens,
  };
}

function messageOf(turn: Turn, answer: Answer | undefined): Json {
  return {
    id: turn.responseId,
    type: 'message',
    role: 'assistant',
    model: turn.model,
    content: answer === undefined ? [] : contentOf(answer),
    stop_reason: answer === undefined ? null : STOP_REASONS[answer.finish],
    stop_sequence: null,
    ...(answer === undefined ? {} : stopDetails(answer.finish)),
    usage: {
      // `message_start` counts only the first token of the output.
      ...usageOf(turn, answer === undefined ? 1 : turn.usage.outputTokens),
      service_tier: 'standard',
    },
  };
}

function contentOf(answer: Answer): Json[] {
  const thinking = answer.reasoning.join('');
  const text = answer.text.join('');
  return [
    ...(thinking === '' ? [] : [{ type: 'thinking', thinking, signature: 'c2ltdWxhdGVk' }]),
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...answer.toolCalls.map((call) => ({
      type: 'tool_use',
      id: call.id,
      name: call.name,
      input: asObject(JSON.parse(call.pieces.join(''))) ?? {},
    })),
  ];
}

function document(turn: Turn): Json {
  return messageOf(turn, turn.answers[0]);
}

function errorBody(type: string, message: string, exchange: Exchange): Json {
  return { type: 'error', error: { type, message }, request_id: exchange.requestId };
}

interface AnthropicError {
  readonly status: number;
  readonly type: string;
  readonly message: (model: string) => string;
}

// https://docs.anthropic.com/en/api/errors
const ERRORS: Record<FailureKind, AnthropicError> = {
  bad_request: {
    status: 400,
    type: 'invalid_request_error',
    message: () => 'messages: Input should be a valid list',
  },
  context_length: {
    status: 400,
    type: 'invalid_request_error',
    message: () => 'prompt is too long: 214336 tokens > 200000 maximum',
  },
  auth: { status: 401, type: 'authentication_error', message: () => 'invalid x-api-key' },
  forbidden: {
    status: 403,
    type: 'permission_error',
    message: () => 'Your API key does not have permission to use the specified resource.',
  },
  not_found: { status: 404, type: 'not_found_error', message: (model) => `model: ${model}` },
  too_large: {
    status: 413,
    type: 'request_too_large',
    message: () => 'Request exceeds the maximum size',
  },
  rate_limit: {
    status: 429,
    type: 'rate_limit_error',
    message: () =>
      'This request would exceed the rate limit for your organization of 2,000,000 input tokens per minute.',
  },
  quota: {
    status: 402,
    type: 'billing_error',
    message: () =>
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  },
  server_error: { status: 500, type: 'api_error', message: () => 'Internal server error' },
  overloaded: { status: 529, type: 'overloaded_error', message: () => 'Overloaded' },
};

function failure(kind: FailureKind, exchange: Exchange, details: FailureDetails): HttpFailure {
  const error = ERRORS[kind];
  const retryable = error.status === 429 || error.status >= 500;
  return {
    status: error.status,
    headers: {
      ...headers(exchange),
      'x-should-retry': String(retryable),
      ...(kind === 'rate_limit' ? { 'retry-after': String(Math.ceil(details.retryAfterSeconds)) } : {}),
    },
    body: errorBody(error.type, details.message ?? error.message(exchange.model), exchange),
  };
}
