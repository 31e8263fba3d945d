import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Text generation: https://cloud.ibm.com/apidocs/watsonx-ai#text-generation-stream. Its chat speaks `openai_chat`. */
export const watsonx: Protocol = {
  name: 'watsonx',
  operation: 'text_completion',
  framing: 'sse',
  hasTerminalEvent: false,
  deltas: { content: ['generated_text'], ignored: ['created_at'] },
  open: (answer) => ({ read: (_event, value) => readResults(answer, value) }),
};

export function readResults(answer: Answer, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  answer.fail(errorWordsIn(event));
  answer.identify(undefined, event.model_id);
  let kind: EventKind = 'event';
  for (const [index, item] of asArray(event.results).entries()) {
    const result = asObject(item) ?? {};
    answer.open(index);
    answer.finish(index, result.stop_reason);
    answer.count({ input: result.input_token_count, output: result.generated_token_count });
    if (asText(result.generated_text) !== undefined) kind = 'chunk';
  }
  return kind;
}
