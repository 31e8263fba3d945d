export type StreamTimeoutCode = 'first_chunk_timeout' | 'idle_timeout' | 'total_timeout';

const whatHappened: { readonly [C in StreamTimeoutCode]: (seconds: number) => string } = {
  first_chunk_timeout: (seconds) => `No content came within ${seconds} s of the call`,
  idle_timeout: (seconds) => `The stream was silent for ${seconds} s`,
  total_timeout: (seconds) => `The request was not answered in full within ${seconds} s`,
};

/**
 * A timer of a resilience policy ran out. The call is aborted with it as the reason, so that the application gets it
 * from whatever it was waiting for.
 *
 * Its `name` is that of `AbortSignal.timeout()`'s reason, which client libraries know.
 */
export class StreamTimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code: StreamTimeoutCode;
  readonly seconds: number;

  constructor(code: StreamTimeoutCode, seconds: number) {
    super(`${whatHappened[code](seconds)}. Raise the limit if the model needs longer.`);
    this.code = code;
    this.seconds = seconds;
  }
}
