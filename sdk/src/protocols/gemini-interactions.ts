import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * Interactions: https://ai.google.dev/gemini-api/docs/interactions. An answer is a row of steps, each with deltas; the
 * first version of the API called a step `content` and its last event `interaction.complete`.
 */
export const geminiInteractions: Protocol = {
  name: 'gemini_interactions',
  operation: 'generate_content',
  framing: 'sse',
  hasTerminalEvent: true,
  reasoningTokensAreExtra: true,
  deltas: { content: ['text', 'arguments'], ignored: ['event_id'] },
  open: (answer) => ({ read: (event, value) => readInteractionEvent(answer, event, value) }),
};

function readInteractionEvent(answer: Answer, name: string | undefined, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  const type = asText(event.event_type) ?? name ?? '';
  switch (type) {
    case 'step.start':
    case 'content.start':
      return kindOfStep(asObject(event.step) ?? asObject(event.content) ?? {});
    case 'step.delta':
    case 'content.delta':
      return kindOfDelta(asObject(event.delta) ?? {});
    case 'interaction.status_update':
      answer.finish(0, event.status);
      return 'event';
    case 'interaction.completed':
    case 'interaction.complete':
      readInteraction(answer, asObject(event.interaction) ?? {});
      answer.terminate();
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      readInteraction(answer, asObject(event.interaction) ?? {});
      return 'event';
  }
}

function readInteraction(answer: Answer, interaction: JsonObject): void {
  answer.open(0);
  answer.identify(interaction.id, interaction.model);
  const usage = asObject(interaction.usage);
  answer.count({
    input: usage?.total_input_tokens,
    output: usage?.total_output_tokens,
    cacheRead: usage?.total_cached_tokens,
    reasoning: usage?.total_thought_tokens,
  });
  if (interaction.status === 'failed') answer.fail(errorWordsIn({ error: interaction.error ?? {} }));
  else answer.finish(0, interaction.status);
}

/** A call to a tool shows itself with its first event; text and thoughts begin empty. */
function kindOfStep(step: JsonObject): EventKind {
  const type = asText(step.type);
  if (type === 'thought') return 'event';
  const isText = type === undefined || type === 'model_output' || type === 'text';
  return isText && asText(step.text) === undefined ? 'event' : 'chunk';
}

function kindOfDelta(delta: JsonObject): EventKind {
  switch (delta.type) {
    case 'thought_summary':
    case 'thought':
      return asText(asObject(delta.content)?.text) === undefined && asText(delta.thought) === undefined
        ? 'event'
        : 'reasoning';
    case 'text':
      return asText(delta.text) === undefined ? 'event' : 'chunk';
    case 'arguments_delta':
      return asText(delta.arguments) === undefined ? 'event' : 'chunk';
    case 'thought_signature':
      return 'event';
    default:
      return asArray(delta.annotations).length > 0 || asText(delta.type) !== undefined ? 'chunk' : 'event';
  }
}
