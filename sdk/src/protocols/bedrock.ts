import type { Answer } from './answer.ts';
import { readMessageEvent } from './anthropic-messages.ts';
import { readInvokeChunk } from './bedrock-invoke.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText, type JsonObject } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * ConverseStream and InvokeModelWithResponseStream:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html,
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html.
 * The first sends events of one shape for all models; the second wraps each model's own events as base64.
 */
export const bedrock: Protocol = {
  name: 'bedrock',
  operation: 'chat',
  framing: 'eventstream',
  hasTerminalEvent: true,
  cachedTokensAreExtra: true,
  deltas: { content: ['text', 'input', 'generation', 'outputText'], ignored: ['p'] },
  unwrap: unwrapBytes,
  open: (answer) => ({ read: (event, value) => readBedrockEvent(answer, event, value) }),
};

const bytesMember = /^\{"bytes":"([A-Za-z0-9+/=]*)"/;
const decoder = new TextDecoder();

/** `{"bytes":"<base64 of the model's event>","p":"<padding>"}` */
function unwrapBytes(payload: string): string {
  const base64 = bytesMember.exec(payload)?.[1];
  if (base64 === undefined) return payload;
  const binary = atob(base64);
  return decoder.decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

function readBedrockEvent(answer: Answer, name: string | undefined, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return 'event';
  if (name !== undefined && name !== 'chunk') return readConverseEvent(answer, name, event);
  const kind = readModelEvent(answer, event);
  readMetrics(answer, event);
  return kind;
}

function readModelEvent(answer: Answer, event: JsonObject): EventKind {
  if (asText(event.type) !== undefined) return readMessageEvent(answer, event);
  const converseName = Object.keys(event).find((key) => converseNames.has(key));
  if (converseName !== undefined)
    return readConverseEvent(answer, converseName, asObject(event[converseName]) ?? {});
  answer.fail(errorWordsIn(event));
  return readInvokeChunk(answer, event);
}

const converseNames: ReadonlySet<string> = new Set([
  'messageStart',
  'contentBlockStart',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
]);

function readConverseEvent(answer: Answer, name: string, event: JsonObject): EventKind {
  switch (name) {
    case 'messageStart':
      answer.open(0);
      return 'event';
    case 'contentBlockStart':
      return asObject(asObject(event.start)?.toolUse) === undefined ? 'event' : 'chunk';
    case 'contentBlockDelta':
      return kindOfDelta(asObject(event.delta) ?? {});
    case 'messageStop':
      answer.finish(0, event.stopReason);
      return 'event';
    case 'metadata':
      readUsage(answer, asObject(event.usage));
      answer.terminate();
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      return 'event';
  }
}

function kindOfDelta(delta: JsonObject): EventKind {
  const reasoning = asObject(delta.reasoningContent);
  if (reasoning !== undefined) return asText(reasoning.text) === undefined ? 'event' : 'reasoning';
  if (delta.text === '' || Object.keys(delta).length === 0) return 'event';
  return 'chunk';
}

function readUsage(answer: Answer, usage: JsonObject | undefined): void {
  answer.count({
    input: usage?.inputTokens,
    output: usage?.outputTokens,
    cacheRead: usage?.cacheReadInputTokens ?? usage?.cacheReadInputTokenCount,
    cacheWrite: usage?.cacheWriteInputTokens ?? usage?.cacheWriteInputTokenCount,
  });
}

function readMetrics(answer: Answer, event: JsonObject): void {
  const metrics = asObject(event['amazon-bedrock-invocationMetrics']);
  if (metrics === undefined) return;
  answer.count({ input: metrics.inputTokenCount, output: metrics.outputTokenCount });
  answer.terminate();
}
