import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText } from './json.ts';
import { readOpenaiUsage } from './openai-chat.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Legacy completions: https://platform.openai.com/docs/api-reference/completions. Served by vLLM, llama.cpp and others. */
export const openaiCompletions: Protocol = {
  name: 'openai_completions',
  operation: 'text_completion',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['text', 'value'], ignored: ['obfuscation'] },
  open: (answer) => ({ read: (_event, value) => readCompletionChunk(answer, value) }),
};

export function readCompletionChunk(answer: Answer, value: unknown): EventKind {
  const chunk = asObject(value);
  if (chunk === undefined) return 'event';
  answer.fail(errorWordsIn(chunk));
  answer.identify(chunk.id, chunk.model);
  readOpenaiUsage(answer, chunk);
  // Writer sends nothing but `{"value": …}`, and no end.
  let kind: EventKind = asText(chunk.value) === undefined ? 'event' : 'chunk';
  for (const [position, item] of asArray(chunk.choices).entries()) {
    const choice = asObject(item) ?? {};
    const index = typeof choice.index === 'number' ? choice.index : position;
    answer.open(index);
    answer.finish(index, choice.finish_reason ?? choice.stop_reason);
    if (asText(choice.text) !== undefined) kind = 'chunk';
  }
  return kind;
}
