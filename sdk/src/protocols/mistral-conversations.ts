import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Conversations of Mistral's agents: https://docs.mistral.ai/agents/agents_basics/#streaming-output. */
export const mistralConversations: Protocol = {
  name: 'mistral_conversations',
  operation: 'invoke_agent',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['content', 'arguments', 'text'], ignored: ['created_at'] },
  open: (answer) => ({ read: (event, value) => readConversationEvent(answer, event, value) }),
};

function readConversationEvent(answer: Answer, name: string | undefined, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  switch (asText(event.type) ?? name) {
    case 'conversation.response.started':
      answer.identify(event.conversation_id, undefined);
      answer.open(0);
      return 'event';
    case 'message.output.delta':
      answer.identify(undefined, event.model);
      return kindOfContent(event.content);
    case 'function.call.delta':
      answer.finish(0, 'tool_calls');
      return 'chunk';
    case 'tool.execution.started':
    case 'tool.execution.delta':
      return 'chunk';
    case 'conversation.response.done':
      readUsage(answer, event.usage);
      answer.terminate();
      return 'event';
    case 'conversation.response.error':
      answer.fail(errorWordsIn({ error: { message: event.message, code: event.code } }));
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      return 'event';
  }
}

/** Text, or one part of another kind: a thought, a reference, an image. */
function kindOfContent(content: unknown): EventKind {
  const parts = Array.isArray(content) ? asArray(content) : [content];
  const types = parts.map((part) => asText(asObject(part)?.type));
  if (parts.some((part) => asText(part) !== undefined)) return 'chunk';
  if (types.every((type) => type === undefined)) return 'event';
  return types.every((type) => type === 'thinking') ? 'reasoning' : 'chunk';
}

function readUsage(answer: Answer, value: unknown): void {
  const usage = asObject(value);
  answer.count({ input: usage?.prompt_tokens, output: usage?.completion_tokens });
}
