import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText, parseJson } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** UI message stream of the Vercel AI SDK, 5 and later: https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol. */
export const aiSdk: Protocol = {
  name: 'ai_sdk',
  operation: 'chat',
  framing: 'sse',
  ends: 'event finish or abort, then data: [DONE]',
  hasTerminalEvent: true,
  deltas: { content: ['delta', 'inputTextDelta'], ignored: [] },
  open: (answer) => ({ read: (_event, value) => readUiMessagePart(answer, value) }),
};

/** Data stream of the Vercel AI SDK up to 4: lines of `<code>:<json>`. */
export const aiSdkData: Protocol = {
  name: 'ai_sdk_data',
  operation: 'chat',
  framing: 'ndjson',
  payload: 'text',
  ends: 'a line d:{"finishReason":…}',
  hasTerminalEvent: true,
  open: (answer) => ({ read: (_event, value) => readDataLine(answer, value) }),
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

function readDataLine(answer: Answer, value: unknown): EventKind {
  const line = typeof value === 'string' ? value : '';
  const parsed = parseJson(line.slice(2));
  const payload = parsed.status === 'ok' ? parsed.value : undefined;
  switch (line.slice(0, 2)) {
    case 'f:':
      answer.identify(asObject(payload)?.messageId, undefined);
      return 'event';
    case 'g:':
      return 'reasoning';
    case '0:':
    case '9:':
    case 'b:':
    case 'c:':
    case 'k:':
      return 'chunk';
    case '3:':
      answer.fail(errorWordsIn({ error: payload }));
      return 'event';
    case 'd:':
      readFinish(answer, payload);
      return 'event';
    default:
      return 'event';
  }
}

function readFinish(answer: Answer, payload: unknown): void {
  const finish = asObject(payload);
  const usage = asObject(finish?.usage);
  answer.count({ input: usage?.promptTokens, output: usage?.completionTokens });
  answer.finish(0, finish?.finishReason);
  answer.terminate();
}
