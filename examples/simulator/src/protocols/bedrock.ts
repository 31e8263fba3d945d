import type { Answer, Finish, Tool } from '../answer.ts';
import { asCount, asList, asObject, asText, type Json } from '../json.ts';
import { BASE62, HEX, type Random, randomString } from '../random.ts';
import { reasoningOf } from '../timing.ts';
import type { Frame, FrameRole } from '../wire/frame.ts';
import {
  type Exchange,
  estimateTokens,
  type FailureDetails,
  type FailureKind,
  type HttpFailure,
  type ParsedRequest,
  type Protocol,
  type Route,
  type Turn,
} from './protocol.ts';

const STOP_REASONS: Record<Finish, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  content_filter: 'content_filtered',
  refusal: 'content_filtered',
  tool_call: 'tool_use',
  pause: 'end_turn',
  prompt_blocked: 'guardrail_intervened',
};

/** Every event is padded with a prefix of this to a random length, so that its size does not give its text away. */
const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Amazon Bedrock Converse and ConverseStream, binary:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export const bedrock: Protocol = {
  name: 'bedrock',
  framing: 'eventstream',
  streamType: 'application/vnd.amazon.eventstream',
  manner: { tokensPerChunk: 4, toolIdPrefix: 'tooluse_', speaksBeforeTools: true, declinesInWords: false },
  route,
  parse,
  newIds: (random) => ({ requestId: uuid(random), responseId: randomString(random, BASE62, 12) }),
  headers: ({ requestId }) => ({ 'x-amzn-requestid': requestId }),
  frames,
  document,
  failure,
  streamError: () => [
    {
      role: 'error',
      event: 'modelStreamErrorException',
      data: JSON.stringify({
        message: 'The system encountered an unexpected error during processing. Try your request again.',
        originalStatusCode: 500,
      }),
    },
  ],
  // The service keeps no silent stream open.
  keepAlive: '',
};

function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => randomString(random, HEX, length)).join('-');
}

function route(path: string): Route | undefined {
  const match = /\/model\/([^/]+)\/converse(-stream)?$/.exec(path);
  if (match?.[1] === undefined) return undefined;
  return { model: decodeURIComponent(match[1]), stream: match[2] !== undefined };
}

function parse(body: Json, { model = '', stream }: Route): ParsedRequest {
  if (asList(body.messages) === undefined) {
    return { status: 'invalid', problem: 'A conversation must start with a user message.' };
  }
  const tools = asObject(body.toolConfig);
  const choice = asObject(tools?.toolChoice) ?? {};
  const more = asObject(body.additionalModelRequestFields) ?? {};
  const thinks = more.thinking !== undefined || reasoningOf(model) === 'visible';
  return {
    status: 'ok',
    request: {
      model,
      stream: stream === true,
      inputTokens: estimateTokens(body.messages),
      maxOutputTokens: asCount(asObject(body.inferenceConfig)?.maxTokens),
      tools: (asList(tools?.tools) ?? []).flatMap(toolOf),
      mustCallTool: choice.any !== undefined || choice.tool !== undefined,
      reasoning: thinks ? 'visible' : 'none',
      choices: 1,
      includeUsage: true,
      obfuscate: true,
      seed: undefined,
    },
  };
}

function toolOf(value: unknown): Tool[] {
  const definition = asObject(asObject(value)?.toolSpec);
  const name = asText(definition?.name);
  const parameters = asObject(asObject(definition?.inputSchema)?.json) ?? {};
  return name === undefined ? [] : [{ name, parameters }];
}

function* frames(turn: Turn): Generator<Frame> {
  const answer = turn.answers[0];
  if (answer === undefined) return;
  const { idRandom } = turn;
  const p = () => paddingOf(idRandom);
  const event = (role: FrameRole, name: string, before: Json, after: Json = {}, text?: string): Frame => {
    const frame = { role, event: name, data: JSON.stringify({ ...before, p: p(), ...after }) };
    return text === undefined ? frame : { ...frame, text };
  };
  yield event('open', 'messageStart', {}, { role: 'assistant' });
  for (const [contentBlockIndex, block] of blocksOf(answer).entries()) {
    if (block.start !== undefined) {
      yield event('content', 'contentBlockStart', { contentBlockIndex }, { start: block.start });
    }
    for (const { delta, text } of block.deltas) {
      yield event('content', 'contentBlockDelta', { contentBlockIndex, delta }, {}, text);
    }
    yield event('structure', 'contentBlockStop', { contentBlockIndex });
  }
  yield event('finish', 'messageStop', {}, { stopReason: STOP_REASONS[answer.finish] });
  yield event('terminal', 'metadata', { metrics: metricsOf(turn) }, { usage: usageOf(turn) });
}

export function paddingOf(random: Random): string {
  return PADDING.slice(0, 1 + Math.floor(random() * (PADDING.length - 1)));
}

interface Block {
  /** Only blocks of tools announce themselves. */
  readonly start?: Json;
  readonly deltas: readonly { readonly delta: Json; readonly text?: string }[];
}

function blocksOf(answer: Answer): Block[] {
  const thoughts = answer.reasoning.map((text) => ({ delta: { reasoningContent: { text } } }));
  const words = answer.text.map((text) => ({ delta: { text }, text }));
  const calls = answer.toolCalls.map(({ id, name, pieces }) => ({
    start: { toolUse: { name, toolUseId: id } },
    deltas: pieces.map((input) => ({ delta: { toolUse: { input } } })),
  }));
  const spoken = [thoughts, words].filter((deltas) => deltas.length > 0).map((deltas) => ({ deltas }));
  return [...spoken, ...calls];
}

function metricsOf({ timing }: Turn): Json {
  return { latencyMs: Math.round(timing.ttftMs + timing.gapMs * timing.chunks) };
}

function usageOf({ usage: { inputTokens, outputTokens } }: Turn): Json {
  return { inputTokens, outputTokens, serverToolUsage: {}, totalTokens: inputTokens + outputTokens };
}

function document(turn: Turn): Json {
  const answer = turn.answers[0];
  const calls = (answer?.toolCalls ?? []).map(({ id, name, pieces }) => ({
    toolUse: { toolUseId: id, name, input: asObject(JSON.parse(pieces.join(''))) ?? {} },
  }));
  return {
    metrics: metricsOf(turn),
    output: { message: { content: [{ text: answer?.text.join('') ?? '' }, ...calls], role: 'assistant' } },
    stopReason: STOP_REASONS[answer?.finish ?? 'stop'],
    usage: usageOf(turn),
  };
}

interface ErrorForm {
  readonly status: number;
  readonly type: string;
  readonly message: (model: string) => string;
}

const ERRORS: Record<FailureKind, ErrorForm> = {
  bad_request: {
    status: 400,
    type: 'ValidationException',
    message: () => 'The model returned the following errors: Malformed input request, please reformat it.',
  },
  context_length: {
    status: 400,
    type: 'ValidationException',
    message: () =>
      'The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.',
  },
  auth: {
    status: 403,
    type: 'UnrecognizedClientException',
    message: () => 'The security token included in the request is invalid.',
  },
  forbidden: {
    status: 403,
    type: 'AccessDeniedException',
    message: () => "You don't have access to the model with the specified model ID.",
  },
  not_found: {
    status: 404,
    type: 'ResourceNotFoundException',
    message: (model) => `Could not resolve the foundation model from the model identifier ${model}.`,
  },
  too_large: {
    status: 413,
    type: 'RequestEntityTooLargeException',
    message: () => 'The request body is too large.',
  },
  rate_limit: {
    status: 429,
    type: 'ThrottlingException',
    message: () => 'Too many requests, please wait before trying again.',
  },
  quota: {
    status: 400,
    type: 'ServiceQuotaExceededException',
    message: () => 'Your request exceeds the service quota for your account.',
  },
  server_error: {
    status: 500,
    type: 'InternalServerException',
    message: () => 'The system encountered an unexpected error during processing. Try your request again.',
  },
  overloaded: {
    status: 503,
    type: 'ServiceUnavailableException',
    message: () => 'Bedrock is unable to process your request.',
  },
};

function failure(kind: FailureKind, exchange: Exchange, details: FailureDetails): HttpFailure {
  const { status, type, message } = ERRORS[kind];
  return {
    status,
    headers: { 'x-amzn-requestid': exchange.requestId, 'x-amzn-errortype': type },
    body: { message: details.message ?? message(exchange.model) },
  };
}
