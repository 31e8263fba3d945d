import { createAnswer } from '../protocols/answer.ts';
import { bedrock } from '../protocols/bedrock.ts';
import { streamError, streamErrorIn } from '../protocols/error-reasons.ts';
import { errorWordsIn } from '../protocols/error-words.ts';
import {
  type AnswerError,
  createBodyReader,
  genericSse,
  type Protocol,
  type ReadSummary,
} from '../protocols/index.ts';
import { asObject, type JsonObject, parseJson } from '../protocols/json.ts';
import type { AnswerSource } from './observation.ts';

/**
 * Reads what an iterable gives, whatever that is: bytes as a body, strings as visible text, and objects as the parsed
 * events of a wire format, which is found out from the first ones unless it is given.
 */
export function createItemReader(given: Protocol | undefined): AnswerSource<unknown> {
  const bytes = createBodyReader(given ?? genericSse);
  const events = createEventReader(given ?? genericSse);
  let source: AnswerSource<unknown> | undefined;

  const choose = (item: unknown): AnswerSource<unknown> => {
    if (item instanceof Uint8Array) return bytes as AnswerSource<unknown>;
    if (typeof item === 'string') return textReader(events);
    const wrapped = chunkBytes(item);
    if (wrapped === undefined) return events;
    return parsedChunk(wrapped) === undefined ? textReader(events) : chunkReader(given ?? bedrock);
  };
  return {
    get protocol() {
      return (source ?? events).protocol;
    },
    get facts() {
      return (source ?? events).facts;
    },
    get malformedEvents() {
      return (source ?? events).malformedEvents;
    },
    get broken() {
      return (source ?? events).broken;
    },
    get midFrame() {
      return (source ?? events).midFrame;
    },
    get document() {
      return (source ?? events).document;
    },
    get isParsed() {
      return (source ?? events).isParsed ?? false;
    },
    push(item) {
      source ??= choose(item);
      return source.push(item);
    },
    finish: () => (source ?? events).finish(),
  };
}

const nothing: Readonly<ReadSummary> = { events: 0, chunks: 0, visibleChunks: 0 };
const oneChunk: Readonly<ReadSummary> = { events: 1, chunks: 1, visibleChunks: 1 };
const oneThought: Readonly<ReadSummary> = { events: 1, chunks: 1, visibleChunks: 0 };
const oneEvent: Readonly<ReadSummary> = { events: 1, chunks: 0, visibleChunks: 0 };

/** Events that a library has parsed. A sentinel never gets this far, so that a finish reason has to do. */
export function createEventReader(protocol: Protocol): AnswerSource<unknown> {
  const answer = createAnswer(streamError);
  const reader = protocol.open(answer);
  return {
    get protocol() {
      return reader.recognised ?? protocol;
    },
    facts: answer.facts,
    malformedEvents: 0,
    broken: undefined,
    midFrame: false,
    document: undefined,
    isParsed: true,
    push(event) {
      const kind = reader.read(undefined, event);
      if (kind === 'event') return oneEvent;
      return kind === 'chunk' ? oneChunk : oneThought;
    },
    finish: () => nothing,
  };
}

function textReader(events: AnswerSource<unknown>): AnswerSource<unknown> {
  return { ...events, push: (text) => (text === '' ? oneEvent : oneChunk) };
}

/**
 * The client of Bedrock hands out `{ chunk: { bytes } }`: with InvokeModel the bytes are one event of the model, in JSON;
 * with InvokeAgent they are text.
 */
function chunkReader(protocol: Protocol): AnswerSource<unknown> {
  const reader = createEventReader(protocol);
  return { ...reader, push: (item) => reader.push(parsedChunk(chunkBytes(item)) ?? item) };
}

function chunkBytes(item: unknown): Uint8Array | undefined {
  const bytes = asObject(asObject(item)?.chunk)?.bytes;
  return bytes instanceof Uint8Array ? bytes : undefined;
}

function parsedChunk(bytes: Uint8Array | undefined): JsonObject | undefined {
  if (bytes === undefined) return undefined;
  const parsed = parseJson(new TextDecoder().decode(bytes));
  return parsed.status === 'ok' ? asObject(parsed.value) : undefined;
}

/**
 * What an error says that a client library throws in the middle of a stream: the error object of the provider that it
 * carries, or that a frame was no JSON. Undefined for errors of the network, which have codes of their own.
 */
export function toldByError(error: unknown): AnswerError | undefined {
  if (error instanceof SyntaxError) return { code: '', reason: 'malformed' };
  if (!(error instanceof Error)) return undefined;
  // The SDK of AWS throws the exceptions of an event stream under their own names.
  if ('$fault' in error) return streamErrorIn({ error: { type: error.name } });
  const body: unknown = Reflect.get(error, 'error') ?? embedded(error.message);
  const words =
    typeof body === 'object' && body !== null
      ? (errorWordsIn(body) ?? errorWordsIn({ error: body }))
      : undefined;
  return words && streamError(words);
}

const longestMessage = 16 * 1024;

/** `@google/genai` puts the error object of the provider at the end of its message. */
function embedded(message: string): unknown {
  const start = message.indexOf('{"error":');
  if (start === -1 || message.length > longestMessage) return undefined;
  const parsed = parseJson(message.slice(start));
  return parsed.status === 'ok' ? parsed.value : undefined;
}
