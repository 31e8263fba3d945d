import type { Answer, Finish, Tool } from '../answer.ts';
import { asCount, asList, asObject, asText, type Json } from '../json.ts';
import { HEX, type Random, randomString } from '../random.ts';
import type { Frame, FrameRole } from '../wire/frame.ts';
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

const FINISH_REASONS: Record<Finish, string> = {
  stop: 'COMPLETE',
  length: 'MAX_TOKENS',
  content_filter: 'ERROR',
  refusal: 'COMPLETE',
  tool_call: 'TOOL_CALL',
  pause: 'COMPLETE',
  prompt_blocked: 'ERROR',
};

/** What the service puts before every prompt is counted, but not billed. */
const PREAMBLE_TOKENS = 200;

/** Cohere Chat v2: https://docs.cohere.com/v2/reference/chat-stream. An error inside the stream is its last event. */
export const cohere: Protocol = {
  name: 'cohere',
  framing: 'sse',
  streamType: 'text/event-stream',
  manner: { tokensPerChunk: 1, toolIdPrefix: 'call_', speaksBeforeTools: true, declinesInWords: false },
  route: (path) => (path.endsWith('/v2/chat') ? {} : undefined),
  parse,
  newIds: (random) => ({ requestId: randomString(random, HEX, 32), responseId: uuid(random) }),
  headers: ({ requestId }) => ({ 'x-debug-trace-id': requestId, 'x-accel-expires': '0' }),
  frames,
  document,
  failure,
  streamError: ({ usage }) => [
    named('error', 'message-end', {
      delta: { error: 'internal server error', finish_reason: 'ERROR', usage: usageOf(usage) },
    }),
  ],
  keepAlive: ': keep-alive\n\n',
};

function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => randomString(random, HEX, length)).join('-');
}

function parse(body: Json): ParsedRequest {
  const model = asText(body.model);
  if (model === undefined) return { status: 'invalid', problem: 'invalid request: model is required.' };
  if (asList(body.messages) === undefined) {
    return { status: 'invalid', problem: 'invalid request: list of messages must not be empty' };
  }
  return {
    status: 'ok',
    request: {
      model,
      stream: body.stream === true,
      inputTokens: estimateTokens(body.messages),
      maxOutputTokens: asCount(body.max_tokens),
      tools: (asList(body.tools) ?? []).flatMap(toolOf),
      mustCallTool: body.tool_choice === 'REQUIRED',
      reasoning: asObject(body.thinking)?.type === 'enabled' ? 'visible' : 'none',
      choices: 1,
      includeUsage: true,
      obfuscate: false,
      seed: asCount(body.seed),
    },
  };
}

function toolOf(value: unknown): Tool[] {
  const definition = asObject(asObject(value)?.function);
  const name = asText(definition?.name);
  return name === undefined ? [] : [{ name, parameters: asObject(definition?.parameters) ?? {} }];
}

function named(role: FrameRole, type: string, payload: Json, text?: string): Frame {
  const frame = { role, event: type, data: JSON.stringify({ type, ...payload }) };
  return text === undefined ? frame : { ...frame, text };
}

function* frames(turn: Turn): Generator<Frame> {
  const answer = turn.answers[0];
  if (answer === undefined) return;
  const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  const start = { id: turn.responseId, type: 'message-start', delta: { message } };
  yield { role: 'open', event: 'message-start', data: JSON.stringify(start) };
  yield* content(answer);
  yield* toolCalls(answer);
  const end = { finish_reason: FINISH_REASONS[answer.finish], usage: usageOf(turn.usage) };
  yield named('finish', 'message-end', { delta: end });
  yield { role: 'terminal', data: '[DONE]' };
}

/** Before a tool call the words are the plan for it. */
function* content(answer: Answer): Generator<Frame> {
  let index = 0;
  if (answer.reasoning.length > 0) yield* block(index++, 'thinking', answer.reasoning);
  if (answer.toolCalls.length > 0) {
    for (const piece of answer.text) {
      yield named('content', 'tool-plan-delta', { delta: { message: { tool_plan: piece } } });
    }
  } else {
    yield* block(index, 'text', answer.text);
  }
}

function* block(index: number, kind: 'text' | 'thinking', pieces: readonly string[]): Generator<Frame> {
  const part = (inner: Json) => ({ index, delta: { message: { content: inner } } });
  yield named('structure', 'content-start', part({ type: kind, [kind]: '' }));
  for (const piece of pieces) {
    yield named('content', 'content-delta', part({ [kind]: piece }), kind === 'text' ? piece : undefined);
  }
  yield named('structure', 'content-end', { index });
}

function* toolCalls(answer: Answer): Generator<Frame> {
  for (const [index, { id, name, pieces }] of answer.toolCalls.entries()) {
    const call = (inner: Json) => ({ index, delta: { message: { tool_calls: inner } } });
    const empty = { id, type: 'function', function: { name, arguments: '' } };
    yield named('content', 'tool-call-start', call(empty));
    for (const piece of pieces) {
      yield named('content', 'tool-call-delta', call({ function: { arguments: piece } }));
    }
    yield named('structure', 'tool-call-end', { index });
  }
}

function usageOf({ inputTokens, outputTokens }: Turn['usage']): Json {
  return {
    billed_units: { input_tokens: inputTokens, output_tokens: outputTokens },
    tokens: { input_tokens: inputTokens + PREAMBLE_TOKENS, output_tokens: outputTokens },
  };
}

function document(turn: Turn): Json {
  const answer = turn.answers[0];
  const calls = (answer?.toolCalls ?? []).map(({ id, name, pieces }) => ({
    id,
    type: 'function',
    function: { name, arguments: pieces.join('') },
  }));
  return {
    id: turn.responseId,
    message: {
      role: 'assistant',
      ...(calls.length > 0
        ? { tool_plan: answer?.text.join('') ?? '', tool_calls: calls }
        : { content: [{ type: 'text', text: answer?.text.join('') ?? '' }] }),
    },
    finish_reason: FINISH_REASONS[answer?.finish ?? 'stop'],
    usage: usageOf(turn.usage),
  };
}

const ERRORS: Record<FailureKind, { readonly status: number; readonly message: (model: string) => string }> =
  {
    bad_request: {
      status: 400,
      message: () => 'invalid request: all elements in messages must have content.',
    },
    context_length: {
      status: 400,
      message: () =>
        'too many tokens: size limit exceeded by 25836 tokens. Try using shorter or fewer inputs.',
    },
    auth: { status: 401, message: () => 'invalid api token' },
    forbidden: { status: 403, message: () => 'you do not have permission to use this model' },
    not_found: {
      status: 404,
      message: (model) =>
        `model '${model}' not found, make sure the correct model ID was used and that you have access to the model.`,
    },
    too_large: { status: 413, message: () => 'request body too large' },
    rate_limit: {
      status: 429,
      message: () => 'You are using a Trial key, which is limited to 20 API calls / minute.',
    },
    quota: {
      status: 402,
      message: () => 'Your account has reached its billing limit.',
    },
    server_error: { status: 500, message: () => 'internal server error, this has been reported' },
    overloaded: { status: 503, message: () => 'the service is overloaded, please try again later' },
  };

function failure(kind: FailureKind, exchange: Exchange, details: FailureDetails): HttpFailure {
  const { status, message } = ERRORS[kind];
  const body = {
    id: exchange.responseId,
    message: details.message ?? message(exchange.model),
    ...(kind === 'context_length' ? { error_type: 'TOO_MANY_TOKENS' } : {}),
  };
  return { status, headers: { 'x-debug-trace-id': exchange.requestId }, body };
}
