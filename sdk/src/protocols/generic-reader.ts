import type { Answer } from './answer.ts';
import { errorWordsIn, errorWordsOfBody } from './error-words.ts';
import { asObject, asText, type JsonObject } from './json.ts';
import type { AnswerReader, EventKind, Protocol } from './protocol.ts';

/** A known wire format, and a mark of its events that no other has. `type` is that of the event, or its name. */
export type FormatMark = readonly [Protocol, (event: JsonObject, type: string) => boolean];

export interface GenericProtocols {
  readonly sse: Protocol;
  readonly ndjson: Protocol;
}

/**
 * A stream of unknown origin. The first events that look like a known wire format turn the reader into one of that
 * format; until then, and for formats nobody knows, it looks for what is common: text under the usual keys, a finish
 * reason, an error, an event that is named like an end. What it cannot know stays unknown.
 *
 * @param marks in order: the first that fits decides.
 */
export function createGenericProtocols(marks: readonly FormatMark[]): GenericProtocols {
  const read: Pick<Protocol, 'operation' | 'hasTerminalEvent' | 'isGeneric' | 'open'> = {
    operation: 'chat',
    hasTerminalEvent: false,
    isGeneric: true,
    open: (answer) => openGeneric(answer, marks),
  };
  return {
    sse: { ...read, name: 'sse', framing: 'sse', payload: 'either' },
    ndjson: { ...read, name: 'ndjson', framing: 'ndjson', payload: 'json' },
  };
}

function openGeneric(answer: Answer, marks: readonly FormatMark[]): AnswerReader {
  let recognised: Protocol | undefined;
  let reader: AnswerReader | undefined;
  return {
    get recognised() {
      return recognised;
    },
    read(event, value) {
      if (reader === undefined) {
        recognised = protocolOfEvent(event, value, marks);
        reader = recognised?.open(answer);
      }
      return reader === undefined ? readUnknown(answer, event, value) : reader.read(event, value);
    },
  };
}

function protocolOfEvent(
  name: string | undefined,
  value: unknown,
  marks: readonly FormatMark[],
): Protocol | undefined {
  const event = asObject(value);
  if (event === undefined) return undefined;
  const type = asText(event.type) ?? name ?? '';
  return marks.find(([, matches]) => matches(event, type))?.[0];
}

/** Whole names, for `response.output_text.done` and its like end a part of an answer. */
const endName =
  /^(done|end|close|finish(ed)?|completed?|message_(end|stop)|stream_end|end_of_stream|conversation\.response\.done|(thread\.run|image_generation)\.completed|(speech\.audio|transcript\.text)\.done)$/;

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
    errorWordsIn(event) ?? (isErrorName(type) ? errorWordsIn({ type: 'error', ...event }) : undefined),
  );
  answer.identify(event.id, event.model);
  // DashScope puts the answer under `output`.
  answer.finish(0, finishWordIn(event) ?? finishWordIn(asObject(event.output) ?? {}));
  if (isEndName(type)) answer.terminate();
  return contentKeys.some((key) => isContent(event[key])) ? 'chunk' : 'event';
}

/** Payloads that are not JSON objects: servers that send the text itself. */
function readText(answer: Answer, name: string | undefined, value: unknown): EventKind {
  if (name !== undefined && isErrorName(name)) answer.fail(errorWordsOfBody(undefined));
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
  return endName.test(name.toLowerCase().replaceAll('-', '_'));
}

function isContent(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  const inner = asObject(value);
  return inner !== undefined && (asText(inner.text) ?? asText(inner.content)) !== undefined;
}
