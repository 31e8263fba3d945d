import { type Answer, createAnswer } from '../protocols/answer.ts';
import { streamError } from '../protocols/error-reasons.ts';
import { errorWordsIn, errorWordsOfBody } from '../protocols/error-words.ts';
import { parseJson } from '../protocols/json.ts';
import type {
  AnswerFacts,
  AnswerReader,
  BodyFault,
  BodyReader,
  DocumentKind,
  EventKind,
  Protocol,
  ReadSummary,
} from '../protocols/protocol.ts';
import type { createDeltaShapes, DeltaShapes } from './delta-shapes.ts';
import type { Framer, FramerClass, FrameSink } from './framer.ts';
import { countEvent } from './read-summary.ts';

export interface FramedBodyReaderOptions {
  readonly framer: FramerClass;
  /** What remembers deltas, so that they need not be parsed. */
  readonly createDeltaShapes: typeof createDeltaShapes;
  /** Largest unfinished frame that is kept, in bytes; beyond it the body is `broken`. */
  readonly maxFrameBytes: number;
}

/** One of these is open for each stream in flight: state in fields and methods on the prototype keep it small. */
export class FramedBodyReader implements BodyReader, FrameSink {
  readonly #protocol: Protocol;
  readonly #answer: Answer = createAnswer(streamError);
  readonly #reader: AnswerReader;
  readonly #framer: Framer;
  readonly #summary: ReadSummary = { events: 0, chunks: 0, visibleChunks: 0 };
  readonly #createDeltaShapes: typeof createDeltaShapes;
  #shapes: DeltaShapes;
  #malformedEvents = 0;
  #cut = false;

  constructor(protocol: Protocol, options: FramedBodyReaderOptions) {
    this.#protocol = protocol;
    this.#reader = protocol.open(this.#answer);
    this.#createDeltaShapes = options.createDeltaShapes;
    this.#shapes = this.#createDeltaShapes(protocol.deltas);
    this.#framer = new options.framer(this, options.maxFrameBytes);
  }

  get protocol(): Protocol {
    return this.#reader.recognised ?? this.#protocol;
  }

  get facts(): AnswerFacts {
    return this.#answer.facts;
  }

  get malformedEvents(): number {
    return this.#malformedEvents + (this.#framer.replacements ?? 0);
  }

  get broken(): BodyFault | undefined {
    return this.#framer.broken;
  }

  get midFrame(): boolean {
    return this.#cut || this.#framer.midFrame;
  }

  get document(): DocumentKind | undefined {
    return this.#framer.document;
  }

  get lastEventId(): string {
    return this.#framer.lastEventId;
  }

  push(bytes: Uint8Array): Readonly<ReadSummary> {
    this.#clearSummary();
    const isFrameStart = this.#framer.atFrameStart === true;
    const known = isFrameStart ? this.#shapes.readFrames(bytes, this.#summary) : 0;
    if (known > 0) {
      if (known < bytes.length) this.#framer.push(bytes.subarray(known));
      return this.#summary;
    }
    this.#framer.push(bytes);
    if (isFrameStart && this.#summary.events === 1 && this.#framer.atFrameStart === true) {
      this.#shapes.learnFrame(bytes);
    }
    return this.#summary;
  }

  finish(): Readonly<ReadSummary> {
    this.#clearSummary();
    this.#framer.finish();
    return this.#summary;
  }

  frame(event: string | undefined, data: string, complete: boolean): void {
    const payload = this.#protocol.unwrap === undefined ? data : this.#protocol.unwrap(data);
    const known = this.#shapes.match(payload);
    if (known !== undefined) {
      countEvent(this.#summary, known);
    } else if (isDone(payload)) {
      this.#answer.terminate();
      countEvent(this.#summary, 'event');
    } else {
      this.#readPayload(event, payload, complete);
    }
  }

  bare(json: string): void {
    const parsed = parseJson(json);
    if (parsed.status === 'malformed') return;
    const error = errorWordsIn(parsed.value);
    if (error === undefined) this.#reader.read(undefined, parsed.value);
    else this.#answer.fail(error);
  }

  failure(code: string, payload: string): void {
    countEvent(this.#summary, 'event');
    this.#fail(code, payload);
  }

  errorField(payload: string): void {
    this.#fail('', payload);
  }

  #fail(code: string, payload: string): void {
    const parsed = parseJson(payload);
    const words = errorWordsOfBody(parsed.status === 'ok' ? parsed.value : { message: payload });
    this.#answer.fail(code === '' ? words : { ...words, words: [code, ...words.words] });
  }

  #clearSummary(): void {
    this.#summary.events = 0;
    this.#summary.chunks = 0;
    this.#summary.visibleChunks = 0;
  }

  #readPayload(event: string | undefined, payload: string, complete: boolean): void {
    const parsed = this.#parse(payload, complete);
    if (parsed.status === 'ok') {
      countEvent(this.#summary, this.#readValue(event, payload, parsed.value));
    } else if (isJoined(payload)) {
      for (const line of payload.split('\n')) this.frame(event, line, true);
    } else if (complete) {
      countEvent(this.#summary, 'event');
      this.#malformedEvents += 1;
    } else {
      this.#cut = true;
    }
  }

  #parse(payload: string, complete: boolean): ReturnType<typeof parseJson> {
    const mode = this.#protocol.payload ?? 'json';
    if (mode === 'text') return { status: 'ok', value: payload };
    const parsed = parseJson(payload);
    if (parsed.status === 'ok' || mode === 'json' || this.#reader.recognised !== undefined) return parsed;
    const isJson = isJoined(payload) || (!complete && /^\s*[{[]/.test(payload));
    return isJson ? parsed : { status: 'ok', value: payload };
  }

  #readValue(event: string | undefined, payload: string, value: unknown): EventKind {
    const reader = this.#reader;
    const endingBefore = this.facts.ending;
    const recognisedBefore = reader.recognised;
    const kind = reader.read(event, value);
    if (event === 'error') this.#answer.fail(errorWordsOfBody(value));
    if (reader.recognised !== recognisedBefore)
      this.#shapes = this.#createDeltaShapes(reader.recognised?.deltas);
    // After an answer has finished, a delta of a known shape may mean that it goes on.
    if (this.facts.ending !== endingBefore) this.#shapes.forget();
    else this.#shapes.learn(payload, kind);
    return kind;
  }
}

/**
 * Some servers leave out the blank line between events, and clients that read line by line never notice: what the
 * specification makes one event is one on each line.
 */
export function isJoined(payload: string): boolean {
  if (!payload.includes('\n')) return false;
  return payload.split('\n').every((line) => isDone(line) || parseJson(line).status === 'ok');
}

/** `data: [DONE]` ends a stream wherever it stands: gateways append it to formats that have another end. */
export function isDone(payload: string): boolean {
  return payload.length < 12 && /^\s*"?\[DONE\]"?\s*$/.test(payload);
}
