import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, parseJson } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Data stream of the Vercel AI SDK up to 4: lines of `<code>:<json>`. */
export const aiSdkData: Protocol = {
  name: 'ai_sdk_data',
  operation: 'chat',
  framing: 'ndjson',
  payload: 'text',
  hasTerminalEvent: true,
  open: (answer) => ({ read: (_event, value) => readDataLine(answer, value) }),
};

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
