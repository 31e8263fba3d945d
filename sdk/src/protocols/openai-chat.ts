import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * Chat completions: https://platform.openai.com/docs/api-reference/chat-streaming. Spoken by most providers, of which
 * some send no `[DONE]` (Perplexity, Writer), some no finish reason (Snowflake), some cumulative `message`s beside
 * the deltas, and some an error object in place of a chunk.
 */
export const openaiChat: Protocol = {
  name: 'openai_chat',
  operation: 'chat',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: {
    content: ['content', 'reasoning_content', 'reasoning', 'arguments', 'thinking', 'text'],
    ignored: ['obfuscation', 'p', 'ts_us'],
  },
  open: (answer) => ({ read: (_event, value) => readChatChunk(answer, value) }),
};

export function readChatChunk(answer: Answer, value: unknown): EventKind {
  const chunk = asObject(value);
  if (chunk === undefined) return 'event';
  // Groq reports some errors under `x_groq`, as it does its usage.
  answer.fail(errorWordsIn(chunk) ?? errorWordsIn(chunk.x_groq));
  answer.identify(chunk.id, chunk.model ?? chunk.model_id);
  readOpenaiUsage(answer, chunk);
  let kind: EventKind = 'event';
  for (const [position, choice] of asArray(chunk.choices).entries()) {
    const read = readChoice(answer, asObject(choice) ?? {}, position);
    if (kind !== 'chunk' && read !== 'event') kind = read;
  }
  return kind;
}

export function readOpenaiUsage(answer: Answer, chunk: JsonObject): void {
  const usage = asObject(chunk.usage) ?? asObject(asObject(chunk.x_groq)?.usage);
  if (usage === undefined) return;
  answer.count({
    input: usage.prompt_tokens,
    output: usage.completion_tokens,
    cacheRead: asObject(usage.prompt_tokens_details)?.cached_tokens ?? usage.prompt_cache_hit_tokens,
    reasoning: asObject(usage.completion_tokens_details)?.reasoning_tokens,
  });
}

function readChoice(answer: Answer, choice: JsonObject, position: number): EventKind {
  const index = typeof choice.index === 'number' ? choice.index : position;
  answer.open(index);
  answer.finish(index, choice.finish_reason);
  answer.fail(errorWordsIn(choice));
  const delta = asObject(choice.delta) ?? asObject(choice.message) ?? {};
  if (asText(delta.refusal) !== undefined) {
    answer.refuse();
    return 'chunk';
  }
  return kindOfDelta(delta);
}

function kindOfDelta(delta: JsonObject): EventKind {
  if (hasVisibleContent(delta.content)) return 'chunk';
  if (asArray(delta.tool_calls).length > 0 || asObject(delta.function_call) !== undefined) return 'chunk';
  if (asArray(delta.images).length > 0 || asObject(delta.audio) !== undefined) return 'chunk';
  return hasReasoning(delta) ? 'reasoning' : 'event';
}

function hasVisibleContent(content: unknown): boolean {
  // Mistral sends content as a list of parts once a model thinks.
  if (Array.isArray(content)) return content.some((part) => asObject(part)?.type !== 'thinking');
  return asText(content) !== undefined;
}

function hasReasoning(delta: JsonObject): boolean {
  const details = asArray(delta.reasoning_details);
  return (
    asText(delta.reasoning_content) !== undefined ||
    asText(delta.reasoning) !== undefined ||
    asArray(delta.content).length > 0 ||
    details.some((detail) => asText(asObject(detail)?.text) !== undefined)
  );
}
