import type { Initiator, TerminationReason } from '@weir/schemas/termination';
import { errorWordsOfBody, reasonOfWords } from './error-words.ts';
import type { HeaderSource } from './headers.ts';
import { parseJson } from './json.ts';

export interface HttpErrorResponse {
  readonly status: number;
  readonly headers: HeaderSource;
  /** The beginning of the body as text; '' if it was not read. */
  readonly body: string;
}

export interface HttpErrorFacts {
  readonly reason: TerminationReason;
  /** The provider's code, at most 64 characters; '' when it gave none. */
  readonly code: string;
  /** Who answered, as far as status, body and headers tell. */
  readonly initiator: Initiator;
  /** The fact that tells it, in a few words. */
  readonly evidence: string;
}

/** Says what a response that is not 2xx means. Nothing of the body but the code is kept. */
export function classifyHttpError({ status, body }: HttpErrorResponse): HttpErrorFacts {
  const parsed = parseJson(body);
  const words = errorWordsOfBody(parsed.status === 'ok' ? parsed.value : undefined);
  const reason = reasonOfWords(words) ?? (status < 500 ? 'bad_request' : 'server_error');
  return { reason, code: words.words[0] ?? '', initiator: 'provider', evidence: `HTTP ${status}` };
}
