/**
 * A request body without its bulk: strings longer than `maxTextChars` are replaced by `LongText`, numbers are left
 * out. A body can be tens of megabytes of base64; this walks it once, jumping from quote to quote, and keeps next to
 * nothing of it (`bench/sdk-requests.ts` has the figures against `JSON.parse`).
 */
export type Skeleton = string | boolean | null | undefined | LongText | readonly Skeleton[] | SkeletonObject;
export interface SkeletonObject {
  readonly [key: string]: Skeleton;
}

/** A long string, by its beginning and its size. */
export class LongText {
  /** The first characters, as they stand in the JSON text. */
  readonly head: string;
  /** The last two characters: the padding of base64. */
  readonly tail: string;
  /** Length as it stands in the JSON text: for base64 and URLs the length of the string itself. */
  readonly length: number;

  constructor(json: string, start: number, end: number) {
    this.head = json.slice(start, start + headChars);
    this.tail = json.slice(Math.max(start, end - 2), end);
    this.length = end - start;
  }
}

const maxTextChars = 256;
const headChars = 128;
const maxDepth = 64;
/** Beyond this many values the rest of the body is not looked at. */
const maxValues = 200_000;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Thrown and caught in this file alone: leaves the recursion of a body that is malformed or too large. */
const stop = Symbol('stop');

/** @returns undefined if the text is no JSON, is nested too deeply or holds too many values. */
export function jsonSkeleton(json: string): Skeleton {
  const reader = new SkeletonReader(json);
  try {
    return reader.value(0);
  } catch (thrown) {
    if (thrown === stop) return undefined;
    throw thrown;
  }
}

class SkeletonReader {
  readonly #json: string;
  #at = 0;
  #values = 0;

  constructor(json: string) {
    this.#json = json;
  }

  value(depth: number): Skeleton {
    this.#values += 1;
    if (depth > maxDepth || this.#values > maxValues) throw stop;
    switch (this.#skipBlanks()) {
      case QUOTE:
        return this.#string();
      case OPEN_BRACE:
        return this.#object(depth);
      case OPEN_BRACKET:
        return this.#array(depth);
      default:
        return this.#literal();
    }
  }

  #object(depth: number): SkeletonObject {
    const object: Record<string, Skeleton> = {};
    this.#at += 1;
    if (this.#skipBlanks() === CLOSE_BRACE) return this.#close(object);
    for (;;) {
      if (this.#skipBlanks() !== QUOTE) throw stop;
      const key = this.#string();
      if (this.#skipBlanks() !== COLON) throw stop;
      this.#at += 1;
      const value = this.value(depth + 1);
      // `__proto__` as an own key would change the object itself.
      if (typeof key === 'string' && key !== '__proto__') object[key] = value;
      const next = this.#skipBlanks();
      if (next === CLOSE_BRACE) return this.#close(object);
      if (next !== COMMA) throw stop;
      this.#at += 1;
    }
  }

  #array(depth: number): readonly Skeleton[] {
    const array: Skeleton[] = [];
    this.#at += 1;
    if (this.#skipBlanks() === CLOSE_BRACKET) return this.#close(array);
    for (;;) {
      const value = this.value(depth + 1);
      if (value !== undefined) array.push(value);
      const next = this.#skipBlanks();
      if (next === CLOSE_BRACKET) return this.#close(array);
      if (next !== COMMA) throw stop;
      this.#at += 1;
    }
  }

  #close<T>(value: T): T {
    this.#at += 1;
    return value;
  }

  #string(): string | LongText {
    const start = this.#at + 1;
    let end = this.#json.indexOf('"', start);
    while (end !== -1 && this.#isEscaped(end, start)) end = this.#json.indexOf('"', end + 1);
    if (end === -1) throw stop;
    this.#at = end + 1;
    if (end - start > maxTextChars) return new LongText(this.#json, start, end);
    const raw = this.#json.slice(start, end);
    return raw.includes('\\') ? unescaped(raw) : raw;
  }

  #isEscaped(quote: number, start: number): boolean {
    let backslashes = 0;
    while (quote - 1 - backslashes >= start && this.#json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) {
      backslashes += 1;
    }
    return backslashes % 2 === 1;
  }

  /** `true`, `false`, `null`; a number is of no interest and gives undefined. */
  #literal(): boolean | null | undefined {
    const start = this.#at;
    let code = this.#json.charCodeAt(this.#at);
    while (code > 32 && code !== COMMA && code !== CLOSE_BRACE && code !== CLOSE_BRACKET) {
      this.#at += 1;
      code = this.#json.charCodeAt(this.#at);
    }
    if (this.#at === start) throw stop;
    const word = this.#json.slice(start, Math.min(this.#at, start + 6));
    if (word === 'true') return true;
    if (word === 'false') return false;
    return word === 'null' ? null : undefined;
  }

  #skipBlanks(): number {
    let code = this.#json.charCodeAt(this.#at);
    while (code <= 32) {
      this.#at += 1;
      code = this.#json.charCodeAt(this.#at);
    }
    return code;
  }
}

function unescaped(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    throw stop;
  }
}
