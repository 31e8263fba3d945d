import type { Answer, Finish, Tool } from '../answer.ts';
import { asCount, asList, asObject, asText, type Json } from '../json.ts';
import { BASE62, randomString } from '../random.ts';
import { reasoningOf } from '../timing.ts';
import type { Frame } from '../wire/frame.ts';
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

const NANOSECONDS = 1_000_000;

/** Ollama chat, newline-delimited JSON: https://github.com/ollama/ollama/blob/main/docs/api.md */
export const ollama: Protocol = {
  name: 'ollama',
  framing: 'ndjson',
  streamType: 'application/x-ndjson',
  manner: { tokensPerChunk: 1, toolIdPrefix: 'call_', speaksBeforeTools: false, declinesInWords: false },
  route: (path) => (path.endsWith('/api/chat') ? {} : undefined),
  parse,
  // Neither ids nor ids in headers: the request log alone tells one exchange from another.
  newIds: (random) => ({ requestId: '', responseId: randomString(random, BASE62, 12) }),
  headers: () => ({}),
  frames,
  document,
  failure,
  streamError: () => [
    { role: 'error', data: JSON.stringify({ error: 'model runner has unexpectedly stopped' }) },
  ],
  keepAlive: '',
};

function parse(body: Json): ParsedRequest {
  const model = asText(body.model);
  if (model === undefined) return { status: 'invalid', problem: 'model is required' };
  const options = asObject(body.options) ?? {};
  return {
    status: 'ok',
    request: {
      model,
      // Streaming is the default here.
      stream: body.stream !== false,
      inputTokens: estimateTokens(body.messages),
      maxOutputTokens: asCount(options.num_predict),
      tools: (asList(body.tools) ?? []).flatMap(toolOf),
      mustCallTool: false,
      reasoning: body.think === true || reasoningOf(model) === 'visible' ? 'visible' : 'none',
      choices: 1,
      includeUsage: true,
      obfuscate: false,
      seed: asCount(options.seed),
    },
  };
}

function toolOf(value: unknown): Tool[] {
  const definition = asObject(asObject(value)?.function);
  const name = asText(definition?.name);
  return name === undefined ? [] : [{ name, parameters: asObject(definition?.parameters) ?? {} }];
}

function* frames(turn: Turn): Generator<Frame> {
  const answer = turn.answers[0];
  if (answer === undefined) return;
  let position = 0;
  const line = (message: Json, text?: string): Frame => {
    const data = JSON.stringify({ ...stamp(turn, position), message, done: false });
    position += 1;
    return text === undefined ? { role: 'content', data } : { role: 'content', data, text };
  };
  for (const thinking of answer.reasoning) yield line({ role: 'assistant', content: '', thinking });
  for (const piece of answer.text) yield line({ role: 'assistant', content: piece }, piece);
  if (answer.toolCalls.length > 0) {
    yield line({ role: 'assistant', content: '', tool_calls: callsOf(answer) });
  }
  const message = { role: 'assistant', content: '' };
  yield {
    role: 'terminal',
    data: JSON.stringify({ ...stamp(turn, position), message, ...ending(turn, answer.finish) }),
  };
}

function stamp(turn: Turn, position: number): Json {
  const at = turn.createdAtMs + turn.timing.ttftMs + position * turn.timing.gapMs;
  return { model: turn.model, created_at: new Date(at).toISOString() };
}

function callsOf(answer: Answer): Json[] {
  return answer.toolCalls.map((call) => ({
    function: { name: call.name, arguments: asObject(JSON.parse(call.pieces.join(''))) ?? {} },
  }));
}

function ending(turn: Turn, finish: Finish): Json {
  const { ttftMs, gapMs, chunks } = turn.timing;
  const evaluation = Math.round(gapMs * chunks * NANOSECONDS);
  return {
    done_reason: finish === 'length' ? 'length' : 'stop',
    done: true,
    total_duration: Math.round(ttftMs * NANOSECONDS) + evaluation,
    load_duration: 1_500_000,
    prompt_eval_count: turn.usage.inputTokens,
    prompt_eval_duration: Math.round(ttftMs * NANOSECONDS),
    eval_count: turn.usage.outputTokens,
    eval_duration: evaluation,
  };
}

function document(turn: Turn): Json {
  const answer = turn.answers[0];
  const message = {
    role: 'assistant',
    content: answer?.text.join('') ?? '',
    ...(answer !== undefined && answer.toolCalls.length > 0 ? { tool_calls: callsOf(answer) } : {}),
  };
  return { ...stamp(turn, 0), message, ...ending(turn, answer?.finish ?? 'stop') };
}

const ERRORS: Record<FailureKind, { readonly status: number; readonly message: (model: string) => string }> =
  {
    bad_request: { status: 400, message: () => 'invalid message content type' },
    context_length: {
      status: 400,
      message: () =>
        'request (131072 tokens) exceeds the available context size (32768 tokens), try increasing it',
    },
    auth: { status: 401, message: () => 'Unauthorized' },
    forbidden: { status: 403, message: () => 'this model requires a subscription, upgrade for access' },
    not_found: { status: 404, message: (model) => `model '${model}' not found` },
    too_large: { status: 413, message: () => 'request body too large' },
    rate_limit: { status: 429, message: () => 'too many concurrent requests' },
    quota: { status: 429, message: () => 'you have reached your weekly usage limit' },
    server_error: { status: 500, message: () => 'model runner has unexpectedly stopped' },
    overloaded: {
      status: 503,
      message: () => 'server busy, please try again. maximum pending requests exceeded',
    },
  };

function failure(kind: FailureKind, exchange: Exchange, details: FailureDetails): HttpFailure {
  const { status, message } = ERRORS[kind];
  return { status, headers: {}, body: { error: details.message ?? message(exchange.model) } };
}
