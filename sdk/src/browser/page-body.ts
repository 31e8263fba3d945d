import { isDone, isJoined } from '../framing/framed-body-reader.ts';
import type { Framer, FrameSink } from '../framing/framer.ts';
import type { AnswerSource } from '../observe/observation.ts';
import { createAnswer } from '../protocols/answer.ts';
import { errorWordsIn, errorWordsOfBody } from '../protocols/error-words.ts';
import { parseJson } from '../protocols/json.ts';
import type { EventKind, Protocol, ReadSummary } from '../protocols/protocol.ts';
import { judgeWords } from './page-error.ts';

/**
 * Reads the body of an answer, as `FramedBodyReader` does, but parses each delta: a page spends far longer on showing
 * one. One test holds them to each other.
 */
export function readPageBody(
  protocol: Protocol,
  createFramer: (sink: FrameSink) => Framer,
): AnswerSource<Uint8Array> {
  const answer = createAnswer(judgeWords);
  const reader = protocol.open(answer);
  let summary: ReadSummary = { events: 0, chunks: 0, visibleChunks: 0 };
  let malformedEvents = 0;
  let isCut = false;

  const count = (kind: EventKind) => {
    summary.events++;
    if (kind !== 'event') summary.chunks++;
    if (kind === 'chunk') summary.visibleChunks++;
  };
  const parse = (payload: string, complete: boolean): ReturnType<typeof parseJson> => {
    const text = { status: 'ok', value: payload } as const;
    if (protocol.payload === 'text') return text;
    const parsed = parseJson(payload);
    if (parsed.status === 'ok' || protocol.payload !== 'either' || reader.recognised !== undefined) {
      return parsed;
    }
    return isJoined(payload) || (!complete && /^\s*[{[]/.test(payload)) ? parsed : text;
  };
  const fail = (code: string, payload: string) => {
    const parsed = parseJson(payload);
    const words = errorWordsOfBody(parsed.status === 'ok' ? parsed.value : { message: payload });
    answer.fail(code === '' ? words : { ...words, words: [code, ...words.words] });
  };
  const sink: FrameSink = {
    frame(event, data, complete) {
      const payload = protocol.unwrap?.(data) ?? data;
      if (isDone(payload)) {
        answer.terminate();
        return count('event');
      }
      const parsed = parse(payload, complete);
      if (parsed.status === 'ok') {
        count(reader.read(event, parsed.value));
        if (event === 'error') answer.fail(errorWordsOfBody(parsed.value));
      } else if (isJoined(payload)) {
        for (const line of payload.split('\n')) sink.frame(event, line, true);
      } else if (complete) {
        count('event');
        malformedEvents++;
      } else {
        isCut = true;
      }
    },
    bare(json) {
      const parsed = parseJson(json);
      for (const value of parsed.status === 'ok' ? [parsed.value].flat() : []) {
        const error = errorWordsIn(value);
        if (error === undefined) reader.read(undefined, value);
        else answer.fail(error);
      }
    },
    failure(code, payload) {
      count('event');
      fail(code, payload);
    },
    errorField: (payload) => fail('', payload),
  };
  const framer = createFramer(sink);
  const read = (work: () => void) => {
    summary = { events: 0, chunks: 0, visibleChunks: 0 };
    work();
    return summary;
  };

  return {
    facts: answer.facts,
    get protocol() {
      return reader.recognised ?? protocol;
    },
    get malformedEvents() {
      return malformedEvents + (framer.replacements ?? 0);
    },
    get broken() {
      return framer.broken;
    },
    get midFrame() {
      return isCut || framer.midFrame;
    },
    get document() {
      return framer.document;
    },
    push: (bytes) => read(() => framer.push(bytes)),
    finish: () => read(() => framer.finish()),
  };
}
