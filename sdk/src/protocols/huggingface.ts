import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** text-generation-inference: https://huggingface.co/docs/text-generation-inference/messages_api, `/generate_stream`. */
export const huggingface: Protocol = {
  name: 'huggingface',
  operation: 'text_completion',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['text'], ignored: ['index', 'id', 'logprob'] },
  open: (answer) => ({ read: (_event, value) => readToken(answer, value) }),
};

export function readToken(answer: Answer, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  answer.fail(errorWordsIn(event));
  const token = asObject(event.token);
  const details = asObject(event.details);
  answer.open(0);
  answer.count({
    input: details?.prefill_tokens ?? details?.input_length,
    output: details?.generated_tokens,
  });
  answer.finish(0, details?.finish_reason);
  // Details come only if they were asked for; the whole text always comes with the last token.
  if (typeof event.generated_text === 'string') answer.terminate();
  return asText(token?.text) === undefined || token?.special === true ? 'event' : 'chunk';
}
