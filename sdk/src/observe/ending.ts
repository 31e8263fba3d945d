import type { AnswerError } from '../protocols/index.ts';

/**
 * How the exchange came to its end, as seen at the point where the application takes hold of it.
 *
 * - `eof`: the body ended in good order.
 * - `error`: the call, or a read of its body, failed; `told` where the error carries what the provider said.
 * - `abort`: the signal that was passed to the call fired.
 * - `cancel`: the application stopped reading: `cancel()`, `return()`, `break`, `throw`.
 * - `collected`: nobody holds the body any more.
 * - `exit`: the process ends, or observation is shut down, with the stream still open.
 * - `page_closed`: the page that was reading goes away.
 */
export type Ending =
  | { readonly kind: 'eof' }
  | { readonly kind: 'error'; readonly error: unknown; readonly told?: AnswerError | undefined }
  | { readonly kind: 'abort'; readonly reason: unknown }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'collected' }
  | { readonly kind: 'exit' }
  | { readonly kind: 'page_closed' };

/** What an abort was for: somebody's wish, or a timer. */
export type AbortKind = 'wish' | 'timer';

/**
 * `AbortSignal.timeout()` aborts with a `TimeoutError`; that name is part of its specification, so it is a fact.
 * `axios` gives its reason the code of a timed-out system call. Everything else is a wish: `abort()` without a reason
 * gives an `AbortError`, and a reason of the application's own can be anything.
 */
export function abortKind(reason: unknown): AbortKind {
  return isNamed(reason, 'TimeoutError') || hasCode(reason, 'ETIMEDOUT') ? 'timer' : 'wish';
}

/** @returns whether a read or a call failed because its signal fired; `axios` says so by a code of its own. */
export function isAbortError(error: unknown): boolean {
  return isNamed(error, 'AbortError') || isNamed(error, 'TimeoutError') || hasCode(error, 'ERR_CANCELED');
}

function isNamed(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'name') === name;
}

function hasCode(value: unknown, code: string): boolean {
  return typeof value === 'object' && value !== null && Reflect.get(value, 'code') === code;
}
