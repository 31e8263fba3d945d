import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * Responses: https://platform.openai.com/docs/api-reference/responses-streaming. A resumed stream
 * (`GET /responses/{id}?stream=true&starting_after=N`) begins in the middle and ends like any other.
 */
export const openaiResponses: Protocol = {
  name: 'openai_responses',
  operation: 'chat',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['delta', 'partial_image_b64'], ignored: ['sequence_number', 'obfuscation'] },
  open: (answer) => ({ read: (event, value) => readResponseEvent(answer, event, value) }),
};

export function readResponseEvent(answer: Answer, name: string | undefined, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  const type = asText(event.type) ?? name ?? '';
  if (type.endsWith('.delta')) return readDelta(answer, type, event);
  switch (type) {
    case 'error':
      answer.fail(errorWordsIn({ type: 'error', ...event }));
      return 'event';
    case 'response.output_item.added':
      return kindOfItem(event.item);
    case 'response.image_generation_call.partial_image':
      return 'chunk';
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.cancelled':
      readResponse(answer, asObject(event.response) ?? {}, type.slice('response.'.length));
      answer.terminate();
      return 'event';
    default:
      readResponse(answer, asObject(event.response) ?? (event.object === 'response' ? event : {}), undefined);
      return 'event';
  }
}

function readDelta(answer: Answer, type: string, event: JsonObject): EventKind {
  if (asText(event.delta) === undefined) return 'event';
  if (type.startsWith('response.refusal')) answer.refuse();
  return type.startsWith('response.reasoning') ? 'reasoning' : 'chunk';
}

/** A call to a tool shows itself with its first event; messages and reasoning begin empty. */
function kindOfItem(value: unknown): EventKind {
  const type = asText(asObject(value)?.type);
  return type === undefined || type === 'message' || type === 'reasoning' ? 'event' : 'chunk';
}

/** @param ended the last word of the terminal event's type. */
function readResponse(answer: Answer, response: JsonObject, ended: string | undefined): void {
  answer.identify(response.id, response.model);
  const usage = asObject(response.usage);
  answer.count({
    input: usage?.input_tokens,
    output: usage?.output_tokens,
    cacheRead: asObject(usage?.input_tokens_details)?.cached_tokens,
    reasoning: asObject(usage?.output_tokens_details)?.reasoning_tokens,
  });
  const status = asText(response.status) ?? ended;
  if (status === 'failed') {
    answer.fail(errorWordsIn({ error: response.error ?? {} }));
  } else if (status === 'incomplete') {
    answer.finish(0, asObject(response.incomplete_details)?.reason ?? status);
  } else if (status === 'completed' || status === 'cancelled') {
    answer.finish(0, status);
  }
}
