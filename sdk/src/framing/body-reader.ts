import { createAnswer } from '../protocols/answer.ts';
import { errorWordsOfBody, streamError, streamErrorIn } from '../protocols/error-words.ts';
import { parseJson } from '../protocols/json.ts';
import type { BodyReader, EventKind, Framing, Protocol, ReadSummary } from '../protocols/protocol.ts';
import { createDeltaShapes } from './delta-shapes.ts';
import { createEventStreamFramer } from './eventstream.ts';
import { defaultMaxFrameBytes, type Framer, type FrameSink } from './framer.ts';
import { createJsonFramer } from './json-stream.ts';
import { createNdjsonFramer } from './ndjson.ts';
import { createSseFramer } from './sse.ts';

export interface BodyReaderOptions {
  /** Largest unfinished frame that is kept, in bytes; beyond it the body is `broken`. Default 8 MiB. */
  readonly maxFrameBytes?: number;
}

const framers: Readonly<Record<Framing, (sink: FrameSink, maxFrameBytes: number) => Framer>> = {
  sse: createSseFramer,
  ndjson: createNdjsonFramer,
  eventstream: createEventStreamFramer,
  json: createJsonFramer,
};

/**
 * @returns a reader of one body. It holds one unfinished frame and a few remembered deltas, however long the body is.
 */
export function createBodyReader(protocol: Protocol, options: BodyReaderOptions = {}): BodyReader {
  const answer = createAnswer();
  const { facts } = answer;
  const reader = protocol.open(answer);
  let shapes = createDeltaShapes(protocol.deltas);
  const summary: ReadSummary = { events: 0, chunks: 0, visibleChunks: 0 };
  let malformedEvents = 0;
  let cut = false;

  function count(kind: EventKind): void {
    summary.events += 1;
    if (kind === 'event') return;
    summary.chunks += 1;
    if (kind === 'chunk') summary.visibleChunks += 1;
  }

  function readPayload(event: string | undefined, payload: string, complete: boolean): void {
    const parsed = parsePayload(payload);
    if (parsed.status === 'ok') {
      count(readValue(event, payload, parsed.value));
    } else if (complete) {
      summary.events += 1;
      malformedEvents += 1;
    } else {
      cut = true;
    }
  }

  function parsePayload(payload: string): ReturnType<typeof parseJson> {
    if (protocol.payload === 'text') return { status: 'ok', value: payload };
    const parsed = parseJson(payload);
    const isText =
      parsed.status === 'malformed' && protocol.payload === 'either' && reader.recognised === undefined;
    return isText ? { status: 'ok', value: payload } : parsed;
  }

  function readValue(event: string | undefined, payload: string, value: unknown): EventKind {
    const endingBefore = facts.ending;
    const recognisedBefore = reader.recognised;
    const kind = reader.read(event, value);
    if (event === 'error') answer.fail(streamError(errorWordsOfBody(value)));
    if (reader.recognised !== recognisedBefore) shapes = createDeltaShapes(reader.recognised?.deltas);
    // After an answer has finished, a delta of a known shape may mean that it goes on.
    if (facts.ending !== endingBefore) shapes.forget();
    else shapes.learn(payload, kind);
    return kind;
  }

  const sink: FrameSink = {
    frame(event, data, complete) {
      const payload = protocol.unwrap === undefined ? data : protocol.unwrap(data);
      const known = shapes.match(payload);
      if (known !== undefined) {
        count(known);
      } else if (isDone(payload)) {
        answer.terminate();
        summary.events += 1;
      } else {
        readPayload(event, payload, complete);
      }
    },
    bare(json) {
      const parsed = parseJson(json);
      if (parsed.status === 'malformed') return;
      const error = streamErrorIn(parsed.value);
      if (error === undefined) reader.read(undefined, parsed.value);
      else answer.fail(error);
    },
    failure(code, payload) {
      summary.events += 1;
      const parsed = parseJson(payload);
      const words = errorWordsOfBody(parsed.status === 'ok' ? parsed.value : { message: payload });
      answer.fail(streamError(code === '' ? words : { ...words, words: [code, ...words.words] }));
    },
  };
  const framer = framers[protocol.framing](sink, options.maxFrameBytes ?? defaultMaxFrameBytes);

  function clearSummary(): void {
    summary.events = 0;
    summary.chunks = 0;
    summary.visibleChunks = 0;
  }

  return {
    get protocol() {
      return reader.recognised ?? protocol;
    },
    facts,
    get malformedEvents() {
      return malformedEvents;
    },
    get broken() {
      return framer.broken;
    },
    get midFrame() {
      return cut || framer.midFrame;
    },
    get document() {
      return framer.document;
    },
    get lastEventId() {
      return framer.lastEventId;
    },
    push(bytes) {
      clearSummary();
      framer.push(bytes);
      return summary;
    },
    finish() {
      clearSummary();
      framer.finish();
      return summary;
    },
  };
}

/** `data: [DONE]` ends a stream wherever it stands: gateways append it to formats that have another end. */
function isDone(payload: string): boolean {
  return payload.length < 12 && /^\s*"?\[DONE\]"?\s*$/.test(payload);
}
