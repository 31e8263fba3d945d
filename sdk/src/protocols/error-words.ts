import type { TerminationReason } from '@weir/schemas/termination';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import type { AnswerError } from './protocol.ts';

const maxCodeLength = 64;

/** What a provider's error object says, before it is judged. Nothing of the message is kept. */
export interface ErrorWords {
  /** Code, type and status words, most specific first. */
  readonly words: readonly string[];
  readonly message: string;
  /** An HTTP status inside the object. */
  readonly status: number | undefined;
}

/**
 * @param value a parsed event or body.
 * @returns undefined if it holds no error in any of the shapes that providers use.
 */
export function errorWordsIn(value: unknown): ErrorWords | undefined {
  const object = asObject(Array.isArray(value) ? value[0] : value);
  if (object === undefined) return undefined;
  const { error } = object;
  if (asObject(error) !== undefined) return wordsOf(asObject(error) ?? {}, object);
  if (asText(error) !== undefined) return wordsOf({ message: error }, object);
  if (object.type === 'error') return wordsOf(object, {});
  return asArray(object.errors).length > 0
    ? wordsOf(asObject(asArray(object.errors)[0]) ?? {}, object)
    : undefined;
}

/** For a body that is known to be an error, whatever its shape: `{"message": …}`, `{"detail": …}`. */
export function errorWordsOfBody(value: unknown): ErrorWords {
  return errorWordsIn(value) ?? wordsOf(asObject(value) ?? {}, {});
}

function wordsOf(error: JsonObject, around: JsonObject): ErrorWords {
  const details = asArray(error.details).map((detail) => asObject(detail)?.reason);
  const inner = asObject(error.innererror) ?? asObject(error.inner_error);
  const candidates = [
    inner?.code,
    ...details,
    error.code,
    error.type,
    error.status,
    error.__type,
    error.error_type,
    around.code,
    around.error_type,
    around.type,
  ];
  const words = candidates.filter(isTellingWord).map((word) => word.slice(0, maxCodeLength));
  return { words, message: messageOf(error), status: statusIn(error, around) };
}

function messageOf(error: JsonObject): string {
  const texts = [error.message, error.Message, error.detail, error.errorText];
  return (texts.find((text) => typeof text === 'string') as string | undefined) ?? '';
}

function statusIn(error: JsonObject, around: JsonObject): number | undefined {
  const candidates = [error.status_code, error.code, error.status, around.status_code, around.code];
  return candidates.map(Number).find((status) => Number.isInteger(status) && status >= 400 && status < 600);
}

function isTellingWord(word: unknown): word is string {
  return typeof word === 'string' && word !== '' && word !== 'error' && Number.isNaN(Number(word));
}

/** In order: the first that matches decides. Words are matched in lower case without `_`, `-` and blanks. */
const reasonsByWord: readonly (readonly [RegExp, TerminationReason])[] = [
  [
    /insufficientquota|quotaexceeded|exceededcurrentquota|billing|insufficientbalance|arrearage|insufficientcredits|paymentrequired/,
    'quota_exceeded',
  ],
  [
    /contextlength|contextwindow|toomanytokens|toomanyprompttokens|tokenslimitreached|stringabovemaxlength|prompttoolong/,
    'context_length',
  ],
  [/ratelimit|toomanyrequests|throttl|resourceexhausted|requestlimit/, 'rate_limited'],
  [/overloaded|unavailable|modelnotready|capacity|enginebusy/, 'overloaded'],
  [/contentfilter|contentpolicy|responsibleaipolicy|contentblocked|safety/, 'content_filter'],
  [
    /invalidapikey|apikeyinvalid|authentication|unauthorized|unauthenticated|permission|accessdenied|forbidden|unrecognizedclient|invalidsignature|expiredtoken/,
    'auth_error',
  ],
];

const contextMessage =
  /context (length|window)|maximum context|(prompt|input|request) (is )?too long|too many (input |prompt )?tokens|input tokens? (count )?.{0,40}exceed|exceeds? .{0,40}(number of|input|prompt) tokens|total length of all messages|prompt too long|reduce (the |your )?(length|prompt)/i;
const quotaMessage =
  /insufficient[ _](quota|balance|credit|funds)|credit balance|out of credits|billing|exceeded your current quota/i;
const authMessage = /api[ -]?key|authenticat|unauthori[sz]ed|security token|permission/i;
const overloadedMessage = /overloaded|at capacity|no capacity/i;

/** @returns the reason that the words tell, undefined if they tell none. */
export function reasonOfWords({ words, message }: ErrorWords): TerminationReason | undefined {
  for (const word of words) {
    const key = word.toLowerCase().replace(/[_\-\s]/g, '');
    const found = reasonsByWord.find(([pattern]) => pattern.test(key));
    if (found !== undefined) return found[1];
  }
  if (contextMessage.test(message)) return 'context_length';
  if (quotaMessage.test(message)) return 'quota_exceeded';
  if (overloadedMessage.test(message)) return 'overloaded';
  return authMessage.test(message) ? 'auth_error' : undefined;
}

/** @returns the error that an event carries inside a stream; undefined if it carries none. */
export function streamErrorIn(value: unknown): AnswerError | undefined {
  const words = errorWordsIn(value);
  return words === undefined ? undefined : streamError(words);
}

/** An error inside a stream is the provider's, unless its words say something more precise. */
export function streamError(words: ErrorWords): AnswerError {
  const code = words.words[0] ?? (words.status === undefined ? '' : String(words.status));
  return { code, reason: reasonOfWords(words) ?? reasonOfStatus(words.status) ?? 'provider_error' };
}

function reasonOfStatus(status: number | undefined): TerminationReason | undefined {
  if (status === 429) return 'rate_limited';
  if (status === 402) return 'quota_exceeded';
  if (status === 401 || status === 403) return 'auth_error';
  return status === 529 ? 'overloaded' : undefined;
}
