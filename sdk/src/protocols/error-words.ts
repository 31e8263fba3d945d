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
  /** Google names the limits that were hit: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
  readonly limits: readonly string[];
  /** Google says how long to wait inside the body; seconds. */
  readonly retryAfterSeconds: number | undefined;
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
    limits: details
      .flatMap((detail) => asArray(detail.violations))
      .map((v) => asText(asObject(v)?.quotaId) ?? ''),
    retryAfterSeconds: details
      .map((detail) => secondsOf(detail.retryDelay))
      .find((delay) => delay !== undefined),
  };
}

function messageOf(error: JsonObject): string {
  const texts = [error.message, error.Message, error.detail, error.errorText];
  return texts.find((text) => typeof text === 'string') ?? '';
}

/** A protobuf duration in JSON: `48s`, `1.5s`. */
function secondsOf(duration: unknown): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(asText(duration) ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

function statusIn(error: JsonObject, around: JsonObject): number | undefined {
  const candidates = [error.status_code, error.code, error.status, around.status_code, around.code];
  return candidates.map(Number).find((status) => Number.isInteger(status) && status >= 400 && status < 600);
}

/** `"error"` says nothing, and numbers are statuses. */
function isTellingWord(word: unknown): word is string {
  return typeof word === 'string' && word !== '' && word !== 'error' && Number.isNaN(Number(word));
}

/** In order: the first that matches decides. Words are matched in lower case without `_`, `-`, `.` and blanks. */
const reasonsByWord: readonly (readonly [RegExp, TerminationReason])[] = [
  [
    /insufficientquota|quotaexceeded|exceededcurrentquota|billing|insufficientbalance|arrearage|insufficientcredit|insufficientfunds|paymentrequired|allocationquota/,
    'quota_exceeded',
  ],
  [
    /contextlength|contextwindow|contextsize|toomanytokens|toomanyprompttokens|tokenslimitreached|stringabovemaxlength|prompttoolong/,
    'context_length',
  ],
  [
    /ratelimit|toomanyrequests|throttl|resourceexhausted|requestlimit|limitrequests|limitburst/,
    'rate_limited',
  ],
  [/overloaded|unavailable|modelnotready|capacity|enginebusy/, 'overloaded'],
  [
    /contentfilter|contentpolicy|contentblocked|responsibleai|safety|moderation|datainspection/,
    'content_filter',
  ],
  [
    /apikey|authentication|unauthorized|unauthenticated|permission|accessdenied|forbidden|unrecognizedclient|invalidsignature|incompletesignature|expiredtoken|invalidtoken/,
    'auth_error',
  ],
];

/** Messages of providers whose codes say no more than "invalid request". */
const reasonsByMessage: readonly (readonly [RegExp, TerminationReason])[] = [
  [
    /(exceed|maximum|longer|larger|greater|over|beyond|too long).{0,60}context (length|window|size|limit)|context (length|window|size|limit).{0,40}(exceed|is full|too)|maximum (context|prompt length)|(prompt|input|request) (is )?too long|too many (input |prompt )?tokens|input tokens? .{0,40}exceed|exceed\w* .{0,40}(number of|input|prompt|model) tokens?|total length of all messages|prompt exceeds|range of input length|max tokens of \d+ exceeded|tokens \+ .?max_new_tokens/i,
    'context_length',
  ],
  [
    /insufficient[ _](quota|balance|credit|funds)|credit balance|out of credits|billing|exceeded your current quota/i,
    'quota_exceeded',
  ],
  [/overloaded|at capacity|no capacity/i, 'overloaded'],
  [/api[ -]?key|authenticat|unauthori[sz]ed|security token|permission/i, 'auth_error'],
];

/** @returns the reason that the words tell, undefined if they tell none. */
export function reasonOfWords({ words, message, limits }: ErrorWords): TerminationReason | undefined {
  if (limits.some((limit) => /PerDay/i.test(limit))) return 'quota_exceeded';
  for (const word of words) {
    const key = word.toLowerCase().replace(/[_\-.\s]/g, '');
    const found = reasonsByWord.find(([pattern]) => pattern.test(key));
    if (found !== undefined) return found[1];
  }
  return reasonsByMessage.find(([pattern]) => pattern.test(message))?.[1];
}

/** @returns the error that an event carries inside a stream; undefined if it carries none. */
export function streamErrorIn(value: unknown): AnswerError | undefined {
  const words = errorWordsIn(value);
  return words === undefined ? undefined : streamError(words);
}

/** An error inside a stream is the provider's, unless its words say something more precise. */
export function streamError(words: ErrorWords): AnswerError {
  return {
    code: codeOf(words),
    reason: reasonOfWords(words) ?? reasonOfStatus(words.status) ?? 'provider_error',
  };
}

/** @returns the provider's code or type, else the status inside the object, else ''. */
export function codeOf({ words, status }: ErrorWords): string {
  return words[0] ?? (status === undefined ? '' : String(status));
}

function reasonOfStatus(status: number | undefined): TerminationReason | undefined {
  if (status === 429) return 'rate_limited';
  if (status === 402) return 'quota_exceeded';
  if (status === 401 || status === 403) return 'auth_error';
  return status === 529 ? 'overloaded' : undefined;
}
