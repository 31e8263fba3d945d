import type { Answer, Finish } from '../answer.ts';
import { asCount, asObject, asText, type Json } from '../json.ts';
import { BASE62, randomString } from '../random.ts';
import type { Frame } from '../wire/frame.ts';
import { openaiChat } from './openai-chat.ts';
import { requestIdOf } from './openai-platform.ts';
import { estimateTokens, type ParsedRequest, type Protocol, type Turn } from './protocol.ts';

const FINISH_REASONS: Record<Finish, string> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content_filter',
  refusal: 'stop',
  tool_call: 'stop',
  pause: 'stop',
  prompt_blocked: 'content_filter',
};

/**
 * OpenAI Completions, the older of its endpoints, with the headers and errors of the platform:
 * https://platform.openai.com/docs/api-reference/completions
 */
export const openaiCompletions: Protocol = {
  ...openaiChat,
  route: (path) => (/\/v1\/completions$/.test(path) ? {} : undefined),
  parse,
  newIds: (random) => ({
    requestId: requestIdOf(random),
    responseId: `cmpl-${randomString(random, BASE62, 29)}`,
  }),
  frames,
  document,
};

function parse(body: Json): ParsedRequest {
  const model = asText(body.model);
  if (model === undefined) return { status: 'invalid', problem: 'you must provide a model parameter' };
  return {
    status: 'ok',
    request: {
      model,
      stream: body.stream === true,
      inputTokens: estimateTokens(body.prompt),
      maxOutputTokens: asCount(body.max_tokens),
      tools: [],
      mustCallTool: false,
      reasoning: 'none',
      choices: 1,
      includeUsage: asObject(body.stream_options)?.include_usage === true,
      obfuscate: false,
      seed: asCount(body.seed),
    },
  };
}

function* frames(turn: Turn): Generator<Frame> {
  const [answer] = turn.answers;
  if (answer === undefined) return;
  const chunk = (text: string, finish: string | null) =>
    JSON.stringify({ ...envelope(turn), choices: [choice(text, finish)] });
  for (const text of answer.text) yield { role: 'content', data: chunk(text, null), text };
  yield { role: 'finish', data: chunk('', FINISH_REASONS[answer.finish]) };
  if (turn.request.includeUsage) {
    yield { role: 'usage', data: JSON.stringify({ ...envelope(turn), choices: [], usage: usageOf(turn) }) };
  }
  yield { role: 'terminal', data: '[DONE]' };
}

function envelope(turn: Turn): Json {
  return {
    id: turn.responseId,
    object: 'text_completion',
    created: Math.floor(turn.createdAtMs / 1000),
    model: turn.model,
  };
}

function choice(text: string, finish: string | null): Json {
  return { text, index: 0, logprobs: null, finish_reason: finish };
}

function usageOf({ usage: { inputTokens, outputTokens } }: Turn): Json {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function document(turn: Turn): Json {
  const choices = turn.answers.map((answer: Answer) =>
    choice(answer.text.join(''), FINISH_REASONS[answer.finish]),
  );
  return { ...envelope(turn), choices, usage: usageOf(turn) };
}
