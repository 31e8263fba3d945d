import type { BodyFault, DocumentKind } from '../protocols/protocol.ts';
import type { Framer, FrameSink } from './framer.ts';
import { JsonValues } from './json-values.ts';
import { LineText } from './line-text.ts';

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
export class SseFramer implements Framer {
  readonly #sink: FrameSink;
  readonly #maxFrameBytes: number;
  readonly #lines: LineText;
  /** Reads JSON that stands bare; there is none in an ordinary body. */
  #values: JsonValues | undefined;
  #event: string | undefined;
  #data: string | undefined;
  #idOfFrame = '';
  #lastEventId = '';
  #tooLarge = false;
  #framesSeen = false;
  #document: DocumentKind | undefined;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.#sink = sink;
    this.#maxFrameBytes = maxFrameBytes;
    this.#lines = new LineText(maxFrameBytes);
  }

  get replacements(): number {
    return this.#lines.replacements;
  }

  get broken(): BodyFault | undefined {
    return this.#lines.broken ?? this.#values?.broken ?? (this.#tooLarge ? 'frame_too_large' : undefined);
  }

  get midFrame(): boolean {
    return this.#data !== undefined || this.#values?.open === true || this.#lines.pendingBytes > 0;
  }

  get atFrameStart(): boolean {
    return (
      this.#data === undefined &&
      this.#event === undefined &&
      this.#idOfFrame === this.#lastEventId &&
      this.#values === undefined &&
      !this.#tooLarge &&
      this.#lines.atLineStart
    );
  }

  get document(): DocumentKind | undefined {
    return this.#framesSeen ? undefined : this.#document;
  }

  get lastEventId(): string {
    return this.#lastEventId;
  }

  push(bytes: Uint8Array): void {
    if (this.#tooLarge || this.#values?.broken !== undefined) return;
    const text = this.#lines.push(bytes);
    if (text !== '') this.#parse(text);
  }

  finish(): void {
    const rest = this.#lines.finish();
    if (rest !== '') this.#parse(rest);
    if (this.#data !== undefined) this.#dispatch(false);
  }

  #parse(text: string): void {
    let start = 0;
    while (start < text.length) {
      const lineFeed = text.indexOf('\n', start);
      const end = lineFeed === -1 ? text.length : lineFeed;
      if (this.#values?.open === true) this.#readBareLine(this.#values, text, start, end);
      else if (end === start) this.#dispatch(true);
      else this.#readLine(text, start, end);
      start = end + 1;
    }
  }

  #dispatch(complete: boolean): void {
    const payload = this.#data;
    const name = this.#event;
    this.#data = undefined;
    this.#event = undefined;
    this.#lastEventId = this.#idOfFrame;
    if (payload === undefined) return;
    this.#framesSeen = true;
    this.#sink.frame(name, payload, complete);
  }

  /** The common fields first: nearly every line is one of them. */
  #readLine(text: string, start: number, end: number): void {
    const first = text.charCodeAt(start);
    if (first === LETTER_D && text.charCodeAt(start + 4) === COLON && text.startsWith('data', start)) {
      this.#appendData(text.slice(valueStart(text, start + 5), end));
    } else if (
      first === LETTER_E &&
      text.charCodeAt(start + 5) === COLON &&
      text.startsWith('event', start)
    ) {
      this.#setEvent(text.slice(valueStart(text, start + 6), end));
    } else if (first !== COLON) {
      this.#readOtherField(text.slice(start, end));
    }
  }

  #setEvent(value: string): void {
    this.#event = value === '' ? undefined : value;
  }

  #appendData(value: string): void {
    if (this.#data === undefined) {
      this.#data = value;
    } else if (this.#data.length + value.length > this.#maxFrameBytes) {
      this.#tooLarge = true;
      this.#data = undefined;
    } else {
      this.#data = `${this.#data}\n${value}`;
    }
  }

  #readOtherField(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(valueStart(line, colon + 1));
    if (name === 'event') this.#setEvent(value);
    else if (name === 'data') this.#appendData(value);
    else if (name === 'id') this.#idOfFrame = value.includes('\0') ? this.#idOfFrame : value;
    else if (name === 'error') this.#sink.errorField(value);
    else if (name !== 'retry') this.#readStrayLine(line);
  }

  /** A line that is no field. Inside a frame it is ignored, as the specification asks. */
  #readStrayLine(line: string): void {
    if (this.#data !== undefined) return;
    const first = line.trimStart().charCodeAt(0);
    if (first === BRACE || first === BRACKET) {
      this.#document ??= 'json';
      this.#values ??= new JsonValues((json) => this.#sink.bare(json), this.#maxFrameBytes);
      this.#values.push(line);
    } else if (first === LESS_THAN) {
      this.#document ??= 'html';
    } else if (!Number.isNaN(first)) {
      this.#document ??= 'text';
    }
  }

  #readBareLine(values: JsonValues, text: string, start: number, end: number): void {
    if (isFrameLine(text, start)) {
      values.abandon();
      this.#readLine(text, start, end);
    } else {
      values.push(text.slice(start, end + 1));
    }
  }
}

/** No line of a JSON text can begin like this: a bare value that is still open here was none. */
function isFrameLine(text: string, start: number): boolean {
  return text.startsWith('data:', start) || text.startsWith('event:', start);
}

/** One space after the colon belongs to the field, not to the value. */
function valueStart(text: string, afterColon: number): number {
  return text.charCodeAt(afterColon) === SPACE ? afterColon + 1 : afterColon;
}
