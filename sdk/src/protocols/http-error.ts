import type { Initiator, TerminationReason } from '@weir/schemas/termination';
import { reasonOfWords, retryDelayOf } from './error-reasons.ts';
import { codeOf, type ErrorWords, errorWordsIn, errorWordsOfBody } from './error-words.ts';
import type { HeaderSource } from './headers.ts';
import { intermediaryOf } from './intermediary.ts';
import { asObject, parseJson } from './json.ts';

export interface HttpErrorResponse {
  readonly status: number;
  readonly headers: HeaderSource;
  /** The beginning of the body as text; '' if it was not read. */
  readonly body: string;
  /** `gen_ai.provider.name`: tells the provider's own edge from something in between. */
  readonly provider?: string | undefined;
}

export interface HttpErrorFacts {
  readonly reason: TerminationReason;
  /** The provider's code or type, at most 64 characters; '' when it gave none. */
  readonly code: string;
  /** Who answered, as far as status, body and headers tell. */
  readonly initiator: Initiator;
  /** The fact that tells it, in a few words. */
  readonly evidence: string;
  /** How long to wait, where the body says it; seconds. Headers are `responseFacts`. */
  readonly retryAfterSeconds?: number;
}

/**
 * Says what a response that is not 2xx means: from the provider's code, then its message, then the status. Nothing of
 * the body but the code is kept. Never throws.
 */
export function classifyHttpError(response: HttpErrorResponse): HttpErrorFacts {
  const { status } = response;
  const sign = intermediaryOf(response.headers, response.provider)?.evidence;
  const body = readBody(response);
  const gateway = gatewaySign(response, body, sign);
  const reason = gateway === undefined ? reasonOf(status, body.words) : gatewayReason(status);
  const retryAfterSeconds = retryDelayOf(body.words);
  return {
    reason,
    code: codeOf(body.words),
    initiator: gateway === undefined ? initiatorOf(status, body) : 'intermediary',
    evidence: gateway === undefined ? `HTTP ${status}` : `HTTP ${status}, ${gateway}`,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

interface ErrorBody {
  readonly words: ErrorWords;
  /** The body is an error object of a language model API, which no proxy writes. */
  readonly isProviders: boolean;
  readonly isJson: boolean;
  readonly isHtml: boolean;
  readonly isText: boolean;
}

function readBody({ body, headers }: HttpErrorResponse): ErrorBody {
  const parsed = parseJson(body);
  const value = parsed.status === 'ok' ? parsed.value : undefined;
  const words = errorWordsOfBody(value);
  // AWS names the exception in a header, and leaves a bare message in the body.
  const awsType = headers.get('x-amzn-errortype')?.split(':', 1)[0];
  return {
    words: awsType ? { ...words, words: [awsType, ...words.words] } : words,
    isProviders: errorWordsIn(value) !== undefined || Boolean(awsType),
    isJson: asObject(value) !== undefined,
    isHtml: /^\s*</.test(body),
    isText: parsed.status === 'malformed' && body.trim() !== '',
  };
}

/** Cloudflare's own statuses: https://developers.cloudflare.com/support/troubleshooting/http-status-codes/. */
function isCloudflareStatus(status: number): boolean {
  return (status >= 520 && status <= 527) || status === 530;
}

const proxyText =
  /upstream (connect error|request timeout)|no healthy upstream|stream timeout|response_flags|bad gateway|gateway time-?out|The request could not be satisfied/i;

/** @returns what shows that something between this service and the provider answered; undefined if nothing does. */
function gatewaySign(
  response: HttpErrorResponse,
  body: ErrorBody,
  server: string | undefined,
): string | undefined {
  const { status } = response;
  if (isCloudflareStatus(status)) return 'a status of Cloudflare';
  if (body.isProviders || status === 529) return undefined;
  if (body.isHtml) return server === undefined ? 'an HTML page' : `an HTML page, ${server}`;
  if (proxyText.test(response.body)) return server ?? 'the words of a proxy';
  if (status < 500) return undefined;
  if (status === 502 || status === 504) return server ?? 'without an error object of the provider';
  if (status === 503 && (body.isText || response.body === '')) {
    return server ?? 'without an error object of the provider';
  }
  return server;
}

/** A proxy refuses uploads that are too large for it; everything else that it says is about the way, not the request. */
export function gatewayReason(status: number): TerminationReason {
  if (status === 407) return 'auth_error';
  if (status === 429) return 'rate_limited';
  return status === 413 || status === 414 || status === 431 ? 'bad_request' : 'gateway_error';
}

function initiatorOf(status: number, body: ErrorBody): Initiator {
  if (status === 499) return 'client';
  if (body.isProviders || status === 529 || body.words.message !== '') return 'provider';
  return status < 500 && body.isJson ? 'provider' : 'unknown';
}

const reasonByStatus: Readonly<Record<number, TerminationReason>> = {
  401: 'auth_error',
  402: 'quota_exceeded',
  403: 'auth_error',
  407: 'auth_error',
  408: 'server_error',
  424: 'server_error',
  429: 'rate_limited',
  498: 'overloaded',
  499: 'client_abort',
  503: 'overloaded',
  529: 'overloaded',
};

function reasonOf(status: number, words: ErrorWords): TerminationReason {
  return reasonOfHttp(status, reasonOfWords(words));
}

/** @param told what the words of the body say. */
export function reasonOfHttp(status: number, told: TerminationReason | undefined): TerminationReason {
  if (told === 'content_filter') return 'prompt_blocked';
  const byStatus = reasonByStatus[status] ?? (status >= 500 ? 'server_error' : 'bad_request');
  return told !== undefined && canMean(status, told) ? told : byStatus;
}

/** Words weigh more than the status, except where a status cannot mean what they hint at. */
function canMean(status: number, told: TerminationReason): boolean {
  if (status >= 500) return told === 'overloaded' || told === 'rate_limited' || told === 'quota_exceeded';
  if (status === 429) return told !== 'auth_error' && told !== 'context_length';
  return status !== 404 || told !== 'overloaded';
}
