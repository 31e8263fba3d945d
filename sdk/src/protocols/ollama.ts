import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Chat and generate: https://github.com/ollama/ollama/blob/main/docs/api.md. */
export const ollama: Protocol = {
  name: 'ollama',
  operation: 'chat',
  framing: 'ndjson',
  hasTerminalEvent: true,
  deltas: { content: ['content', 'response', 'thinking'], ignored: ['created_at'] },
  open: (answer) => ({ read: (_event, value) => readOllamaObject(answer, value) }),
};

export function readOllamaObject(answer: Answer, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  answer.fail(errorWordsIn(event));
  answer.identify(undefined, event.model);
  const message = asObject(event.message) ?? {};
  if (event.done === true) readEnd(answer, event);
  else answer.open(0);
  if (asText(message.content) !== undefined || asText(event.response) !== undefined) return 'chunk';
  if (asArray(message.tool_calls).length > 0 || asArray(message.images).length > 0) return 'chunk';
  const thinks = asText(message.thinking) !== undefined || asText(event.thinking) !== undefined;
  return thinks ? 'reasoning' : 'event';
}

function readEnd(answer: Answer, event: JsonObject): void {
  answer.count({ input: event.prompt_eval_count, output: event.eval_count });
  answer.finish(0, event.done_reason);
  answer.terminate();
}
