import type { TerminationReason } from '@weir/schemas/termination';
import { codeOf, type ErrorWords, errorWordsIn } from './error-words.ts';
import { asArray, asObject, asText } from './json.ts';
import type { AnswerError } from './protocol.ts';

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
export function reasonOfWords({ words, message, details }: ErrorWords): TerminationReason | undefined {
  const limits = details.flatMap((detail) => asArray(detail.violations));
  // `GenerateRequestsPerDayPerProjectPerModel-FreeTier`
  if (limits.some((limit) => /PerDay/i.test(asText(asObject(limit)?.quotaId) ?? ''))) return 'quota_exceeded';
  for (const word of words) {
    const key = word.toLowerCase().replace(/[_\-.\s]/g, '');
    const found = reasonsByWord.find(([pattern]) => pattern.test(key));
    if (found !== undefined) return found[1];
  }
  return reasonsByMessage.find(([pattern]) => pattern.test(message))?.[1];
}

/** @returns how long to wait, where the error object says it (Google's does); seconds. */
export function retryDelayOf({ details }: ErrorWords): number | undefined {
  return details.map((detail) => secondsOf(detail.retryDelay)).find((delay) => delay !== undefined);
}

/** A protobuf duration in JSON: `48s`, `1.5s`. */
function secondsOf(duration: unknown): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(asText(duration) ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds);
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

function reasonOfStatus(status: number | undefined): TerminationReason | undefined {
  if (status === 429) return 'rate_limited';
  if (status === 402) return 'quota_exceeded';
  if (status === 401 || status === 403) return 'auth_error';
  return status === 529 ? 'overloaded' : undefined;
}
