import type { BodyFault } from '../protocols/protocol.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/** Cuts text into JSON values; the elements of an array at the top count each as a value. */
export interface JsonValues {
  /** A value or the array at the top has begun and not ended. */
  readonly open: boolean;
  readonly broken: BodyFault | undefined;
  /** Text between values is skipped. */
  push(text: string): void;
  /** Forgets a value that has not ended. */
  abandon(): void;
}

/** @param onValue called with the text of each complete object or nested array. */
export function createJsonValues(onValue: (json: string) => void, maxChars: number): JsonValues {
  let broken: BodyFault | undefined;
  let inArray = false;
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** The beginning of an open value, from texts before this one. */
  let kept = '';
  /** Where in this text the open value, or its continuation, begins. */
  let valueStart = 0;

  function abandon(): void {
    inArray = false;
    depth = 0;
    inString = false;
    escaped = false;
    kept = '';
  }

  function readInString(code: number): void {
    if (escaped) escaped = false;
    else if (code === BACKSLASH) escaped = true;
    else if (code === QUOTE) inString = false;
  }

  function keep(text: string): void {
    kept += text;
    if (kept.length <= maxChars) return;
    broken = 'frame_too_large';
    abandon();
  }

  function push(text: string): void {
    valueStart = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (inString) readInString(code);
      else if (code === QUOTE) inString = depth > 0;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) openAt(i, code);
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) closeAt(text, i);
    }
    if (depth > 0) keep(text.slice(valueStart));
  }

  function openAt(at: number, code: number): void {
    if (code === OPEN_BRACKET && depth === 0 && !inArray) {
      inArray = true;
      return;
    }
    if (depth === 0) valueStart = at;
    depth += 1;
  }

  function closeAt(text: string, at: number): void {
    if (depth === 0) {
      inArray = false;
      return;
    }
    depth -= 1;
    if (depth > 0) return;
    const json = kept + text.slice(valueStart, at + 1);
    kept = '';
    onValue(json);
  }

  return {
    get open() {
      return inArray || depth > 0;
    },
    get broken() {
      return broken;
    },
    push(text) {
      if (broken === undefined) push(text);
    },
    abandon,
  };
}
