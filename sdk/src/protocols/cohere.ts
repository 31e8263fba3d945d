import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Chat v2: https://docs.cohere.com/v2/reference/chat-stream. */
export const cohere: Protocol = {
  name: 'cohere',
  operation: 'chat',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['text', 'thinking', 'tool_plan', 'arguments'], ignored: [] },
  open: (answer) => ({ read: (_event, value) => readChatEvent(answer, value) }),
};

/** Chat v1: https://docs.cohere.com/v1/reference/chat-stream. The same events come as SSE where that was asked for. */
export const cohereV1: Protocol = {
  name: 'cohere_v1',
  operation: 'chat',
  framing: 'ndjson',
  hasTerminalEvent: true,
  deltas: { content: ['text'], ignored: [] },
  open: (answer) => ({ read: (_event, value) => readLegacyEvent(answer, value) }),
};

export const cohereV1Sse: Protocol = { ...cohereV1, framing: 'sse' };

export function readChatEvent(answer: Answer, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  const delta = asObject(event.delta) ?? {};
  switch (event.type) {
    case 'message-start':
      answer.identify(event.id, undefined);
      answer.open(0);
      return 'event';
    case 'content-delta':
      return kindOfContent(asObject(asObject(delta.message)?.content));
    case 'tool-plan-delta':
      return 'reasoning';
    case 'tool-call-start':
    case 'tool-call-delta':
      return 'chunk';
    case 'message-end':
      readEnd(answer, delta);
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      return 'event';
  }
}

function kindOfContent(content: JsonObject | undefined): EventKind {
  if (asText(content?.text) !== undefined) return 'chunk';
  return asText(content?.thinking) === undefined ? 'event' : 'reasoning';
}

function readEnd(answer: Answer, delta: JsonObject): void {
  const usage = asObject(delta.usage);
  const tokens = asObject(usage?.tokens) ?? asObject(usage?.billed_units);
  answer.count({
    input: tokens?.input_tokens,
    output: tokens?.output_tokens,
    cacheRead: usage?.cached_tokens,
  });
  if (asText(delta.error) !== undefined) answer.fail(errorWordsIn(delta));
  // `cohere-ai` hands its events on in camel case.
  answer.finish(0, delta.finish_reason ?? delta.finishReason);
  answer.terminate();
}

/** Reads one event of chat v1; Bedrock serves the same for Command R. */
export function readLegacyEvent(answer: Answer, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  switch (event.event_type) {
    case 'stream-start':
      answer.identify(event.generation_id, undefined);
      answer.open(0);
      return 'event';
    case 'text-generation':
      return asText(event.text) === undefined ? 'event' : 'chunk';
    case 'tool-calls-chunk':
    case 'tool-calls-generation':
      return 'chunk';
    case 'stream-end':
      readLegacyEnd(answer, event);
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      // The generate endpoint of v1 has no event types.
      if (event.is_finished === true) readLegacyEnd(answer, event);
      return asText(event.text) === undefined ? 'event' : 'chunk';
  }
}

function readLegacyEnd(answer: Answer, event: JsonObject): void {
  const response = asObject(event.response);
  const meta = asObject(response?.meta);
  const tokens = asObject(meta?.tokens) ?? asObject(meta?.billed_units);
  answer.identify(response?.response_id ?? response?.id, undefined);
  answer.count({ input: tokens?.input_tokens, output: tokens?.output_tokens });
  answer.finish(0, event.finish_reason);
  answer.terminate();
}
