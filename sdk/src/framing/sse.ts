import type { DocumentKind } from '../protocols/protocol.ts';
import type { Framer, FrameSink } from './framer.ts';
import { createJsonValues } from './json-values.ts';
import { createLineText } from './line-text.ts';

const COLON = 58;
const SPACE = 32;
const LETTER_D = 100;
const LETTER_E = 101;
const BRACE = 123;
const BRACKET = 91;
const LESS_THAN = 60;

/**
 * An event stream as https://html.spec.whatwg.org/multipage/server-sent-events.html defines it, with additions that
 * real providers need: a last frame without its blank line is read at `finish`, a field named `error` is a failure,
 * and a JSON value or an HTML page that stands where frames are due is reported instead of being skipped as unknown
 * fields.
 */
export function createSseFramer(sink: FrameSink, maxFrameBytes: number): Framer {
  const lines = createLineText(maxFrameBytes);
  const values = createJsonValues((json) => sink.bare(json), maxFrameBytes);
  let event: string | undefined;
  let data: string | undefined;
  let lastEventId = '';
  let idOfFrame = '';
  let tooLarge = false;
  let html = false;
  let bareJson = false;
  let frames = 0;
  let strayLines = 0;

  function dispatch(complete: boolean): void {
    if (!complete && data === undefined) return;
    const payload = data;
    const name = event;
    data = undefined;
    event = undefined;
    lastEventId = idOfFrame;
    if (payload === undefined) return;
    frames += 1;
    sink.frame(name, payload, complete);
  }

  function parse(text: string): void {
    let start = 0;
    while (start < text.length) {
      const lineFeed = text.indexOf('\n', start);
      const end = lineFeed === -1 ? text.length : lineFeed;
      if (values.open) readBareLine(text, start, end);
      else if (end === start) dispatch(true);
      else readLine(text, start, end);
      start = end + 1;
    }
  }

  function readBareLine(text: string, start: number, end: number): void {
    if (isFrameLine(text, start)) {
      values.abandon();
      readLine(text, start, end);
    } else {
      values.push(text.slice(start, end + 1));
    }
  }

  function readLine(text: string, start: number, end: number): void {
    const first = text.charCodeAt(start);
    if (first === LETTER_D && text.charCodeAt(start + 4) === COLON && text.startsWith('data', start)) {
      appendData(text.slice(valueStart(text, start + 5), end));
    } else if (
      first === LETTER_E &&
      text.charCodeAt(start + 5) === COLON &&
      text.startsWith('event', start)
    ) {
      setEvent(text.slice(valueStart(text, start + 6), end));
    } else if (first !== COLON) {
      readOtherField(text, start, end);
    }
  }

  function setEvent(value: string): void {
    event = value === '' ? undefined : value;
  }

  function appendData(value: string): void {
    if (data === undefined) {
      data = value;
    } else if (data.length + value.length > maxFrameBytes) {
      tooLarge = true;
      data = undefined;
    } else {
      data = `${data}\n${value}`;
    }
  }

  function readOtherField(text: string, start: number, end: number): void {
    const line = text.slice(start, end);
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(valueStart(line, colon + 1));
    if (name === 'event') setEvent(value);
    else if (name === 'data') appendData(value);
    else if (name === 'id') idOfFrame = value.includes('\0') ? idOfFrame : value;
    else if (name === 'error') sink.failure('', value);
    else if (name !== 'retry') readStrayLine(line);
  }

  /** A line that is no field. Inside a frame it is ignored, as the specification asks. */
  function readStrayLine(line: string): void {
    if (data !== undefined) return;
    const first = line.trimStart().charCodeAt(0);
    if (first === BRACE || first === BRACKET) {
      bareJson = true;
      values.push(line);
    } else if (first === LESS_THAN) {
      html = true;
    } else if (!Number.isNaN(first)) {
      strayLines += 1;
    }
  }

  function documentKind(): DocumentKind | undefined {
    if (frames > 0) return undefined;
    if (html) return 'html';
    if (bareJson) return 'json';
    return strayLines > 0 ? 'text' : undefined;
  }

  return {
    get broken() {
      return lines.broken ?? values.broken ?? (tooLarge ? 'frame_too_large' : undefined);
    },
    get midFrame() {
      return data !== undefined || values.open || lines.pendingBytes > 0;
    },
    get document() {
      return documentKind();
    },
    get lastEventId() {
      return lastEventId;
    },
    push(bytes) {
      if (tooLarge || values.broken !== undefined) return;
      const text = lines.push(bytes);
      if (text !== '') parse(text);
    },
    finish() {
      const rest = lines.finish();
      if (rest !== '') parse(rest);
      dispatch(false);
    },
  };
}

/** No line of a JSON text can begin like this: a bare value that is still open here was none. */
function isFrameLine(text: string, start: number): boolean {
  return text.startsWith('data:', start) || text.startsWith('event:', start);
}

/** One space after the colon belongs to the field, not to the value. */
function valueStart(text: string, afterColon: number): number {
  return text.charCodeAt(afterColon) === SPACE ? afterColon + 1 : afterColon;
}
