import { aiSdk } from './ai-sdk.ts';
import type { Answer } from './answer.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrock } from './bedrock.ts';
import { cohere, cohereV1 } from './cohere.ts';
import { streamErrorIn } from './error-words.ts';
import { gemini } from './gemini.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import { huggingface } from './huggingface.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import { ollama } from './ollama.ts';
import { openaiAssistants } from './openai-assistants.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import type { AnswerReader, EventKind, Protocol } from './protocol.ts';
import { watsonx } from './watsonx.ts';

/**
 * A stream of unknown origin. The first events that look like a known wire format turn the reader into one of that
 * format; until then, and for formats nobody knows, it looks for what is common: text under the usual keys, a finish
 * reason, an error, an event that is named like an end. What it cannot know stays unknown.
 */
export const genericSse: Protocol = {
  name: 'sse',
  operation: 'chat',
  framing: 'sse',
  payload: 'either',
  ends: 'data: [DONE], an event named like an end, a finish reason, or the end of the recognised format',
  hasTerminalEvent: false,
  open: openGeneric,
};

export const genericNdjson: Protocol = { ...genericSse, name: 'ndjson', framing: 'ndjson', payload: 'json' };

function openGeneric(answer: Answer): AnswerReader {
  let recognised: Protocol | undefined;
  let reader: AnswerReader | undefined;
  return {
    get recognised() {
      return recognised;
    },
    read(event, value) {
      if (reader === undefined) {
        recognised = protocolOfEvent(event, value);
        reader = recognised?.open(answer);
      }
      return reader === undefined ? readUnknown(answer, event, value) : reader.read(event, value);
    },
  };
}

/** Each known wire format by a mark that no other has. */
const marks: readonly (readonly [Protocol, (event: JsonObject, type: string) => boolean])[] = [
  [openaiResponses, (_, type) => type.startsWith('response.')],
  [anthropicMessages, (_, type) => /^(message_(start|delta|stop)|content_block_\w+|completion)$/.test(type)],
  [
    geminiInteractions,
    (event) => /^(interaction\.\w+|(step|content)\.(start|delta))$/.test(asText(event.event_type) ?? ''),
  ],
  [openaiAssistants, (event) => /^thread\.(run|message)/.test(asText(event.object) ?? '')],
  [bedrock, (event) => event.messageStart !== undefined || event.contentBlockDelta !== undefined],
  [cohere, (_, type) => /^(message-(start|end)|content-(start|delta|end)|tool-plan-delta)$/.test(type)],
  [cohereV1, (event) => /^(stream-(start|end)|text-generation)$/.test(asText(event.event_type) ?? '')],
  [aiSdk, (_, type) => /^(start-step|(text|reasoning)-(start|delta|end)|tool-input-\w+)$/.test(type)],
  [
    gemini,
    (event) =>
      [event, asObject(event.response)].some(
        (e) => Array.isArray(e?.candidates) || asObject(e?.promptFeedback) !== undefined,
      ),
  ],
  [
    openaiChat,
    (event) => asArray(event.choices).some(isChatChoice) || event.object === 'chat.completion.chunk',
  ],
  [
    openaiCompletions,
    (event) => asArray(event.choices).some((choice) => typeof asObject(choice)?.text === 'string'),
  ],
  [
    ollama,
    (event) =>
      typeof event.done === 'boolean' &&
      (typeof event.response === 'string' || asObject(event.message) !== undefined),
  ],
  [
    watsonx,
    (event) => asArray(event.results).some((result) => typeof asObject(result)?.generated_text === 'string'),
  ],
  [huggingface, (event) => typeof asObject(event.token)?.text === 'string'],
];

function isChatChoice(choice: unknown): boolean {
  const object = asObject(choice);
  return asObject(object?.delta) !== undefined || asObject(object?.message) !== undefined;
}

function protocolOfEvent(name: string | undefined, value: unknown): Protocol | undefined {
  const event = asObject(value);
  if (event === undefined) return undefined;
  const type = asText(event.type) ?? name ?? '';
  return marks.find(([, matches]) => matches(event, type))?.[0];
}

const endNames: ReadonlySet<string> = new Set([
  'done',
  'end',
  'finish',
  'finished',
  'complete',
  'completed',
  'close',
  'message_end',
  'message_stop',
  'stream_end',
  'end_of_stream',
  'conversation.response.done',
  'thread.run.completed',
  'image_generation.completed',
  'speech.audio.done',
  'transcript.text.done',
]);

const contentKeys = [
  'text',
  'content',
  'delta',
  'token',
  'response',
  'output',
  'answer',
  'completion',
  'message',
];

function readUnknown(answer: Answer, name: string | undefined, value: unknown): EventKind {
  const event = asObject(value);
  if (event === undefined) return readText(answer, name, value);
  const type = asText(event.type) ?? asText(event.event) ?? name ?? '';
  answer.fail(
    streamErrorIn(event) ?? (isErrorName(type) ? streamErrorIn({ type: 'error', ...event }) : undefined),
  );
  answer.identify(event.id, event.model);
  // DashScope puts the answer under `output`.
  answer.finish(0, finishWordIn(event) ?? finishWordIn(asObject(event.output) ?? {}));
  if (isEndName(type)) answer.terminate();
  return contentKeys.some((key) => isContent(event[key])) ? 'chunk' : 'event';
}

/** Payloads that are not JSON objects: servers that send the text itself. */
function readText(answer: Answer, name: string | undefined, value: unknown): EventKind {
  if (name !== undefined && isErrorName(name)) answer.fail({ code: '', reason: 'provider_error' });
  if (name !== undefined && isEndName(name)) {
    answer.terminate();
    return 'event';
  }
  return asText(value) === undefined ? 'event' : 'chunk';
}

function finishWordIn(event: JsonObject): unknown {
  return (
    event.finish_reason ?? event.finishReason ?? event.stop_reason ?? event.stopReason ?? event.done_reason
  );
}

function isErrorName(name: string): boolean {
  return /(^|[._-])(error|failed)$/.test(name);
}

function isEndName(name: string): boolean {
  return endNames.has(name.toLowerCase().replaceAll('-', '_'));
}

function isContent(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  const inner = asObject(value);
  return inner !== undefined && (asText(inner.text) ?? asText(inner.content)) !== undefined;
}
