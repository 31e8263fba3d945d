import type { Answer } from './answer.ts';
import { errorWordsOfBody } from './error-words.ts';
import { asObject, asText, parseJson } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/** Prediction streams: https://replicate.com/docs/topics/predictions/streaming. Payloads are plain text. */
export const replicate: Protocol = {
  name: 'replicate',
  operation: 'text_completion',
  framing: 'sse',
  payload: 'text',
  hasTerminalEvent: true,
  open: (answer) => ({ read: (event, value) => readEvent(answer, event, value) }),
};

function readEvent(answer: Answer, event: string | undefined, value: unknown): EventKind {
  const text = typeof value === 'string' ? value : '';
  switch (event) {
    case 'output':
      return text === '' ? 'event' : 'chunk';
    case 'error':
      answer.fail(errorWordsOfBody(jsonOrText(text)));
      return 'event';
    case 'done':
      readEnd(answer, asText(asObject(jsonOrText(text))?.reason));
      return 'event';
    default:
      return 'event';
  }
}

/** `{}` is the end of a whole answer; otherwise the reason is `error` or `canceled`. */
function readEnd(answer: Answer, reason: string | undefined): void {
  if (reason === 'error') answer.fail(errorWordsOfBody(undefined));
  else if (reason === 'canceled') answer.end('client_abort');
  else answer.end('completed');
  answer.terminate();
}

function jsonOrText(text: string): unknown {
  const parsed = parseJson(text);
  return parsed.status === 'ok' ? parsed.value : { message: text };
}
