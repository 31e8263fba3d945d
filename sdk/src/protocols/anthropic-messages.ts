import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Messages: https://platform.claude.com/docs/en/build-with-claude/streaming. Also inside Bedrock and Vertex. */
export const anthropicMessages: Protocol = {
  name: 'anthropic_messages',
  operation: 'chat',
  framing: 'sse',
  hasTerminalEvent: true,
  cachedTokensAreExtra: true,
  deltas: { content: ['text', 'thinking', 'partial_json'], ignored: [], prefixDecides: true },
  open: (answer) => ({ read: (_event, value) => readMessageEvent(answer, value) }),
};

/** Reads one event of a message; Bedrock wraps the same events in its own frames. */
export function readMessageEvent(answer: Answer, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  switch (event.type) {
    case 'message_start': {
      const message = asObject(event.message);
      answer.identify(message?.id, message?.model);
      readUsage(answer, message?.usage);
      // A second start inside an answer is a gateway falling back to another model: what came before is void.
      answer.reopen(0);
      answer.open(0);
      return 'event';
    }
    case 'content_block_start':
      return kindOfBlock(event.content_block);
    case 'content_block_delta':
      return kindOfDelta(event.delta);
    case 'message_delta':
      answer.finish(0, asObject(event.delta)?.stop_reason);
      readUsage(answer, event.usage);
      return 'event';
    case 'completion':
      // Text completions, the API before messages.
      answer.identify(event.id, event.model);
      answer.open(0);
      answer.finish(0, event.stop_reason);
      return asText(event.completion) === undefined ? 'event' : 'chunk';
    case 'message_stop':
      answer.terminate();
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      return 'event';
  }
}

function readUsage(answer: Answer, value: unknown): void {
  const usage = asObject(value);
  if (usage === undefined) return;
  answer.count({
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens,
    cacheWrite: usage.cache_creation_input_tokens,
    reasoning: asObject(usage.output_tokens_details)?.thinking_tokens,
  });
}

/** A tool call or a tool result is content from its first event; text begins empty. */
function kindOfBlock(value: unknown): EventKind {
  const block = asObject(value);
  const type = asText(block?.type) ?? '';
  if (type === 'thinking') return asText(block?.thinking) === undefined ? 'event' : 'reasoning';
  if (type === 'redacted_thinking') return 'reasoning';
  if (type === 'text') return asText(block?.text) === undefined ? 'event' : 'chunk';
  return type === 'compaction' ? 'event' : 'chunk';
}

function kindOfDelta(value: unknown): EventKind {
  const delta = asObject(value);
  switch (delta?.type) {
    case 'text_delta':
      return asText(delta.text) === undefined ? 'event' : 'chunk';
    case 'input_json_delta':
      return asText(delta.partial_json) === undefined ? 'event' : 'chunk';
    case 'thinking_delta':
      return asText(delta.thinking) === undefined ? 'event' : 'reasoning';
    case 'compaction_delta':
      return 'reasoning';
    case 'citations_delta':
      return 'chunk';
    default:
      return 'event';
  }
}
