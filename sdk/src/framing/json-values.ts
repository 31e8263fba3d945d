import type { BodyFault } from '../protocols/protocol.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/** Cuts text into JSON values; the elements of an array at the top count each as a value. */
export class JsonValues {
  readonly #onValue: (json: string) => void;
  readonly #maxChars: number;
  #broken: BodyFault | undefined;
  #inArray = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The beginning of an open value, from texts before this one. */
  #kept = '';
  /** Where in this text the open value, or its continuation, begins. */
  #valueStart = 0;

  /** @param onValue called with the text of each complete object or nested array. */
  constructor(onValue: (json: string) => void, maxChars: number) {
    this.#onValue = onValue;
    this.#maxChars = maxChars;
  }

  /** A value or the array at the top has begun and not ended. */
  get open(): boolean {
    return this.#inArray || this.#depth > 0;
  }

  get broken(): BodyFault | undefined {
    return this.#broken;
  }

  /** Text between values is skipped. */
  push(text: string): void {
    if (this.#broken !== undefined) return;
    this.#valueStart = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (this.#inString) this.#readInString(code);
      else if (code === QUOTE) this.#inString = this.#depth > 0;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#openAt(i, code);
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.#closeAt(text, i);
    }
    if (this.#depth > 0) this.#keep(text.slice(this.#valueStart));
  }

  /** Forgets a value that has not ended. */
  abandon(): void {
    this.#inArray = false;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#kept = '';
  }

  #readInString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#inString = false;
  }

  #openAt(at: number, code: number): void {
    if (code === OPEN_BRACKET && this.#depth === 0 && !this.#inArray) {
      this.#inArray = true;
      return;
    }
    if (this.#depth === 0) this.#valueStart = at;
    this.#depth += 1;
  }

  #closeAt(text: string, at: number): void {
    if (this.#depth === 0) {
      this.#inArray = false;
      return;
    }
    this.#depth -= 1;
    if (this.#depth > 0) return;
    const json = this.#kept + text.slice(this.#valueStart, at + 1);
    this.#kept = '';
    this.#onValue(json);
  }

  #keep(text: string): void {
    this.#kept += text;
    if (this.#kept.length <= this.#maxChars) return;
    this.#broken = 'frame_too_large';
    this.abandon();
  }
}
