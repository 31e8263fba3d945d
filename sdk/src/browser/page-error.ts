import type { TerminationReason } from '@weir/schemas/termination';
import { codeOf, type ErrorWords, errorWordsOfBody } from '../protocols/error-words.ts';
import { gatewayReason, type HttpErrorFacts, reasonOfHttp } from '../protocols/http-error.ts';
import { parseJson } from '../protocols/json.ts';
import type { AnswerError } from '../protocols/protocol.ts';

/** In order: the first that matches decides. Matched against codes and message without blanks, `_`, `-` and `.`. */
const reasons: readonly (readonly [RegExp, TerminationReason])[] = [
  [/insufficient(quota|credit|fund|balance)|quotaexceeded|currentquota|billing/i, 'quota_exceeded'],
  [/context(length|window)|(prompt|input)(is)?toolong|toomanytokens/i, 'context_length'],
  [/ratelimit|toomanyrequests|throttl|resourceexhausted/i, 'rate_limited'],
  [/overloaded|unavailable/i, 'overloaded'],
  [/content(filter|policy)|safety/i, 'content_filter'],
  [/apikey|authenticat|unauthorized|permission/i, 'auth_error'],
];

/** By far fewer words than services know, for the service behind a page has mostly chosen its own. */
function reasonOfWords({ words, message }: ErrorWords): TerminationReason | undefined {
  const text = [...words, message].join().replace(/[_\-.\s]/g, '');
  return reasons.find(([pattern]) => pattern.test(text))?.[1];
}

/** An error inside of a stream is the provider's, unless its words say something more precise. */
export function judgeWords(words: ErrorWords): AnswerError {
  return { code: codeOf(words), reason: reasonOfWords(words) ?? 'provider_error' };
}

/**
 * What a status that is not 2xx means to a page: as `classifyHttpError` says it, but by status and body alone. Other
 * origins show a page no headers that would tell what stands in between.
 */
export function judgePageError(status: number, body: string): HttpErrorFacts {
  const parsed = parseJson(body);
  const words = errorWordsOfBody(parsed.status === 'ok' ? parsed.value : undefined);
  const isTelling = words.message !== '' || words.words.length > 0;
  const isCloudflare = status > 519 && status < 531 && status !== 529;
  const isGateway = isCloudflare || /^\s*</.test(body) || ((status === 502 || status === 504) && !isTelling);
  return {
    reason: isGateway ? gatewayReason(status) : reasonOfHttp(status, reasonOfWords(words)),
    code: codeOf(words),
    initiator: isGateway ? 'intermediary' : isTelling ? 'provider' : 'unknown',
    evidence: `HTTP ${status}`,
  };
}
