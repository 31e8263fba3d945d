import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * Speech as text: https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event, and Mistral's, whose
 * events have other names: https://docs.mistral.ai/capabilities/audio_transcription/.
 */
export const transcription: Protocol = {
  name: 'transcription',
  operation: 'transcription',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['delta', 'text'], ignored: ['obfuscation'] },
  open: (answer) => ({ read: (event, value) => readTranscriptEvent(answer, event, value) }),
};

function readTranscriptEvent(answer: Answer, name: string | undefined, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  switch (asText(event.type) ?? name) {
    case 'transcript.text.delta':
      return asText(event.delta) === undefined ? 'event' : 'chunk';
    case 'transcription.text.delta':
    case 'transcript.text.segment':
    case 'transcription.segment':
      return asText(event.text) === undefined ? 'event' : 'chunk';
    case 'transcript.text.done':
    case 'transcription.done':
      answer.identify(undefined, event.model);
      readUsage(answer, event.usage);
      answer.terminate();
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      return 'event';
  }
}

/** Some models are paid by the second of sound, and say nothing of tokens. */
function readUsage(answer: Answer, value: unknown): void {
  const usage = asObject(value);
  answer.count({
    input: usage?.input_tokens ?? usage?.prompt_tokens,
    output: usage?.output_tokens ?? usage?.completion_tokens,
  });
}
