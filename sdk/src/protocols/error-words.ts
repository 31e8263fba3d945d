import { asArray, asObject, asText, type JsonObject } from './json.ts';

const maxCodeLength = 64;

/** What a provider's error object says, before it is judged. Nothing of the message is kept. */
export interface ErrorWords {
  /** Code, type and status words, most specific first. */
  readonly words: readonly string[];
  readonly message: string;
  /** An HTTP status inside the object. */
  readonly status: number | undefined;
  /** Google's: which limits were hit, how long to wait. */
  readonly details: readonly JsonObject[];
}

/**
 * @param value a parsed event or body.
 * @returns undefined if it holds no error in any of the shapes that providers use.
 */
export function errorWordsIn(value: unknown): ErrorWords | undefined {
  const object = asObject(Array.isArray(value) ? value[0] : value);
  if (object === undefined) return undefined;
  const { error } = object;
  const inner = asObject(error);
  if (inner !== undefined) return wordsOf(inner, object);
  if (asText(error) !== undefined) return wordsOf({ message: error }, object);
  // Anthropic and OpenAI name the event, vLLM and Mistral the object.
  if (object.type === 'error' || object.object === 'error') return wordsOf(object, {});
  const first = asObject(asArray(object.errors)[0]);
  return first === undefined ? undefined : wordsOf(first, object);
}

/** For a body that is known to be an error, whatever its shape: `{"message": …}`, `{"detail": …}`. */
export function errorWordsOfBody(value: unknown): ErrorWords {
  return errorWordsIn(value) ?? wordsOf(asObject(value) ?? {}, {});
}

function wordsOf(error: JsonObject, around: JsonObject): ErrorWords {
  const inner = asObject(error.innererror) ?? asObject(error.inner_error);
  const details = asArray(error.details).map((detail) => asObject(detail) ?? {});
  const candidates = [
    inner?.code,
    ...details.map((detail) => detail.reason),
    error.code,
    error.type,
    error.status,
    error.__type,
    error.error_type,
    around.code,
    around.error_type,
    around.type,
  ];
  return {
    words: candidates.filter(isTellingWord).map((word) => word.slice(0, maxCodeLength)),
    message: messageOf(error),
    status: statusIn(error, around),
    details,
  };
}

function messageOf(error: JsonObject): string {
  const texts = [error.message, error.Message, error.detail, error.errorText];
  return texts.find((text) => typeof text === 'string') ?? '';
}

function statusIn(error: JsonObject, around: JsonObject): number | undefined {
  const candidates = [error.status_code, error.code, error.status, around.status_code, around.code];
  return candidates.map(Number).find((status) => Number.isInteger(status) && status >= 400 && status < 600);
}

/** `"error"` says nothing, and numbers are statuses. */
function isTellingWord(word: unknown): word is string {
  return typeof word === 'string' && word !== '' && word !== 'error' && Number.isNaN(Number(word));
}

/** @returns the provider's code or type, else the status inside the object, else ''. */
export function codeOf({ words, status }: ErrorWords): string {
  return words[0] ?? (status === undefined ? '' : String(status));
}
