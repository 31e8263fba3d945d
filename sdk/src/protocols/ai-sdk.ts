import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** UI message stream of the Vercel AI SDK, 5 and later: https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol. */
export const aiSdk: Protocol = {
  name: 'ai_sdk',
  operation: 'chat',
  framing: 'sse',
  hasTerminalEvent: true,
  deltas: { content: ['delta', 'inputTextDelta'], ignored: [] },
  open: (answer) => ({ read: (_event, value) => readUiMessagePart(answer, value) }),
};

export function readUiMessagePart(answer: Answer, value: unknown): EventKind {
  const part = asObject(value);
  const type = asText(part?.type) ?? '';
  switch (type) {
    case 'start':
      answer.identify(part?.messageId, undefined);
      return 'event';
    case 'text-delta':
    case 'tool-input-delta':
      return asText(part?.delta ?? part?.inputTextDelta) === undefined ? 'event' : 'chunk';
    case 'reasoning-delta':
      return asText(part?.delta) === undefined ? 'event' : 'reasoning';
    case 'finish':
      answer.finish(0, part?.finishReason ?? 'stop');
      answer.terminate();
      return 'event';
    case 'abort':
      answer.end('client_abort');
      answer.terminate();
      return 'event';
    case 'error':
      answer.fail(errorWordsIn(part));
      return 'event';
    default:
      return isContent(type) ? 'chunk' : 'event';
  }
}

function isContent(type: string): boolean {
  return (
    type === 'file' ||
    type === 'tool-input-start' ||
    type === 'tool-input-available' ||
    type.startsWith('data-')
  );
}
