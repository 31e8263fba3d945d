/**
 * Why a question to the collector has no answer. `unreachable`: no HTTP answer at all. `unavailable`: 429 or 5xx,
 * worth asking again. `not_found` and `rejected`: asking again does not help.
 */
export type ApiFailureCode = 'unreachable' | 'unavailable' | 'not_found' | 'rejected' | 'unreadable';

/** Thrown by the API client, because the query cache keeps thrown values as the error of a query. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: ApiFailureCode;

  /** @param message says what failed and what to do, in a sentence for the reader of the dashboard. */
  constructor(code: ApiFailureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get worthRetrying(): boolean {
    return this.code === 'unreachable' || this.code === 'unavailable';
  }
}

/** @returns the sentence to show for whatever a query failed with. */
export function failureMessage(error: unknown): string {
  if (error instanceof ApiFailure) return error.message;
  return 'Something in this page failed. Reload it; if that does not help, please report it.';
}
