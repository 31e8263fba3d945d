import type { TerminationReason } from '@weir/schemas/termination';
import type { AnswerError } from './protocol.ts';
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
export declare function errorWordsIn(value: unknown): ErrorWords | undefined;
/** For a body that is known to be an error, whatever its shape: `{"message": …}`, `{"detail": …}`. */
export declare function errorWordsOfBody(value: unknown): ErrorWords;
/** @returns the reason that the words tell, undefined if they tell none. */
export declare function reasonOfWords({ words, message, limits }: ErrorWords): TerminationReason | undefined;
/** @returns the error that an event carries inside a stream; undefined if it carries none. */
export declare function streamErrorIn(value: unknown): AnswerError | undefined;
/** An error inside a stream is the provider's, unless its words say something more precise. */
export declare function streamError(words: ErrorWords): AnswerError;
/** @returns the provider's code or type, else the status inside the object, else ''. */
export declare function codeOf({ words, status }: ErrorWords): string;
