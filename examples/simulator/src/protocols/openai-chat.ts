import type { Answer, Finish, Tool, ToolCall } from '../answer.ts';
import { asCount, asList, asObject, asText, type Json } from '../json.ts';
import { BASE62, randomString } from '../random.ts';
import { reasoningOf } from '../timing.ts';
import type { Frame, FrameRole } from '../wire/frame.ts';
import { obfuscation, openaiFailure, openaiHeaders, requestIdOf, SERVER_ERROR } from './openai-platform.ts';
import { estimateTokens, type ParsedRequest, type Protocol, type Turn } from './protocol.ts';

const MAX_CHOICES = 8;

const FINISH_REASONS: Record<Finish, string> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content_filter',
  // A structured refusal is its own delta; the finish reason stays `stop`.
  refusal: 'stop',
  tool_call: 'tool_calls',
  pause: 'stop',
  prompt_blocked: 'content_filter',
};

/** OpenAI Chat Completions: https://platform.openai.com/docs/api-reference/chat-streaming */
export const openaiChat: Protocol = {
  name: 'openai_chat',
  framing: 'sse',
  streamType: 'text/event-stream; charset=utf-8',
  manner: { tokensPerChunk: 1, toolIdPrefix: 'call_', speaksBeforeTools: false, declinesInWords: true },
  route: (path) => (path.endsWith('/chat/completions') ? {} : undefined),
  parse,
  newIds: (random) => ({
    requestId: requestIdOf(random),
    responseId: `chatcmpl-${randomString(random, BASE62, 29)}`,
  }),
  headers: openaiHeaders,
  frames,
  document,
  failure: openaiFailure,
  streamError: () => [{ role: 'error', data: JSON.stringify({ error: SERVER_ERROR }) }],
  keepAlive: ': keep-alive\n\n',
};

function parse(body: Json): ParsedRequest {
  const model = asText(body.model);
  if (model === undefined) return { status: 'invalid', problem: 'you must provide a model parameter' };
  if (asList(body.messages) === undefined) {
    return { status: 'invalid', problem: "Missing required parameter: 'messages'." };
  }
  const options = asObject(body.stream_options) ?? {};
  return {
    status: 'ok',
    request: {
      model,
      stream: body.stream === true,
      inputTokens: estimateTokens(body.messages),
      maxOutputTokens: asCount(body.max_completion_tokens) ?? asCount(body.max_tokens),
      tools: (asList(body.tools) ?? []).flatMap(toolOf),
      mustCallTool: body.tool_choice === 'required' || asObject(body.tool_choice) !== undefined,
      reasoning: reasoningOf(model),
      choices: Math.min(MAX_CHOICES, Math.max(1, asCount(body.n) ?? 1)),
      includeUsage: options.include_usage === true,
      obfuscate: options.include_obfuscation !== false,
      seed: asCount(body.seed),
    },
  };
}

function toolOf(value: unknown): Tool[] {
  const definition = asObject(asObject(value)?.function);
  const name = asText(definition?.name);
  return name === undefined ? [] : [{ name, parameters: asObject(definition?.parameters) ?? {} }];
}

type ChunkOf = (role: FrameRole, index: number, delta: Json, finish: string | null, text?: string) => Frame;

function* frames(turn: Turn): Generator<Frame> {
  const chunk = chunkWriter(turn);
  yield* interleave(turn.answers.map((answer, index) => choiceFrames(answer, index, chunk)));
  for (const [index, answer] of turn.answers.entries()) {
    yield chunk('finish', index, {}, FINISH_REASONS[answer.finish]);
  }
  if (turn.request.includeUsage) {
    yield { role: 'usage', data: JSON.stringify({ ...envelope(turn), choices: [], usage: usageOf(turn) }) };
  }
  yield { role: 'terminal', data: '[DONE]' };
}

function chunkWriter(turn: Turn): ChunkOf {
  const head = envelope(turn);
  return (role, index, delta, finish, text) => {
    const choice = { index, delta, logprobs: null, finish_reason: finish };
    const usage = turn.request.includeUsage ? { usage: null } : {};
    const padding = turn.request.obfuscate ? { obfuscation: obfuscation(text ?? '', turn.idRandom) } : {};
    const data = JSON.stringify({ ...head, choices: [choice], ...usage, ...padding });
    return text === undefined || index !== 0 ? { role, data } : { role, data, text };
  };
}

function envelope(turn: Turn): Json {
  return {
    id: turn.responseId,
    object: 'chat.completion.chunk',
    created: Math.floor(turn.createdAtMs / 1000),
    model: turn.model,
    service_tier: 'default',
    system_fingerprint: 'fp_5e1f0a7c3d',
  };
}

/** Choices of one request are generated side by side, so their chunks alternate. */
function* interleave(choices: readonly Generator<Frame>[]): Generator<Frame> {
  let running = [...choices];
  while (running.length > 0) {
    const still: Generator<Frame>[] = [];
    for (const choice of running) {
      const next = choice.next();
      if (next.done === true) continue;
      yield next.value;
      still.push(choice);
    }
    running = still;
  }
}

function* choiceFrames(answer: Answer, index: number, chunk: ChunkOf): Generator<Frame> {
  if (answer.toolCalls.length > 0) {
    yield* toolFrames(answer.toolCalls, index, chunk);
    return;
  }
  if (answer.finish === 'refusal') {
    yield chunk('open', index, { role: 'assistant', content: null, refusal: '' }, null);
    for (const piece of answer.text) yield chunk('content', index, { refusal: piece }, null, piece);
    return;
  }
  yield chunk('open', index, { role: 'assistant', content: '', refusal: null }, null);
  for (const piece of answer.reasoning) yield chunk('content', index, { reasoning_content: piece }, null);
  for (const piece of answer.text) yield chunk('content', index, { content: piece }, null, piece);
}

function* toolFrames(calls: readonly ToolCall[], index: number, chunk: ChunkOf): Generator<Frame> {
  for (const [position, call] of calls.entries()) {
    const opening = {
      index: position,
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: '' },
    };
    const delta = position === 0 ? { role: 'assistant', content: null } : {};
    yield chunk('open', index, { ...delta, tool_calls: [opening] }, null);
    for (const piece of call.pieces) {
      yield chunk(
        'content',
        index,
        { tool_calls: [{ index: position, function: { arguments: piece } }] },
        null,
      );
    }
  }
}

function usageOf(turn: Turn): Json {
  const { inputTokens, outputTokens, reasoningTokens } = turn.usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function document(turn: Turn): Json {
  return {
    ...envelope(turn),
    object: 'chat.completion',
    choices: turn.answers.map((answer, index) => ({
      index,
      message: messageOf(answer),
      logprobs: null,
      finish_reason: FINISH_REASONS[answer.finish],
    })),
    usage: usageOf(turn),
  };
}

function messageOf(answer: Answer): Json {
  const text = answer.text.join('');
  const refused = answer.finish === 'refusal';
  const calls = answer.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.pieces.join('') },
  }));
  return {
    role: 'assistant',
    content: refused || calls.length > 0 ? null : text,
    refusal: refused ? text : null,
    annotations: [],
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(answer.reasoning.length > 0 ? { reasoning_content: answer.reasoning.join('') } : {}),
  };
}
