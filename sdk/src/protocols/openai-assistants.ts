import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * Runs of the Assistants API: https://platform.openai.com/docs/api-reference/assistants-streaming/events. Each event is
 * named after the object it carries, and the object says its own kind as well.
 */
export const openaiAssistants: Protocol = {
  name: 'openai_assistants',
  operation: 'invoke_agent',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['value', 'arguments', 'input'], ignored: [] },
  open: (answer) => ({ read: (_event, value) => readThreadEvent(answer, value) }),
};

/** States of a run after which its stream says nothing more. */
const endedStates: ReadonlySet<unknown> = new Set([
  'completed',
  'requires_action',
  'incomplete',
  'failed',
  'cancelled',
  'expired',
]);

function readThreadEvent(answer: Answer, value: unknown): EventKind {
  const event = asObject(value);
  switch (event?.object) {
    case 'thread.message.delta':
      return asArray(asObject(event.delta)?.content).some(isContent) ? 'chunk' : 'event';
    case 'thread.run.step.delta':
      return asObject(asObject(event.delta)?.step_details) === undefined ? 'event' : 'chunk';
    case 'thread.run':
      readRun(answer, event);
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      return 'event';
  }
}

function isContent(part: unknown): boolean {
  const { text, type } = asObject(part) ?? {};
  return type === 'text' ? asText(asObject(text)?.value) !== undefined : type !== undefined;
}

function readRun(answer: Answer, run: JsonObject): void {
  answer.identify(run.id, run.model);
  answer.open(0);
  const usage = asObject(run.usage);
  answer.count({
    input: usage?.prompt_tokens,
    output: usage?.completion_tokens,
    cacheRead: asObject(usage?.prompt_token_details)?.cached_tokens,
    reasoning: asObject(usage?.completion_tokens_details)?.reasoning_tokens,
  });
  if (!endedStates.has(run.status)) return;
  if (run.status === 'failed') answer.fail(errorWordsIn({ error: run.last_error ?? {} }));
  else answer.finish(0, asObject(run.incomplete_details)?.reason ?? run.status);
  answer.terminate();
}
