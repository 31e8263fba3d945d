/**
 * What a request can be refused for: the `code` in the body of every failed API answer, and its HTTP status. Closed: a
 * client may switch over it.
 */
export const errorCodes = {
  /** A parameter or body that does not have the shape the endpoint asks for. */
  'invalid-request': 400,
  'invalid-range': 400,
  'invalid-filter': 400,
  'invalid-cursor': 400,
  'unknown-dimension': 400,
  'not-authenticated': 401,
  /** Asked under a name that this collector does not answer to. */
  'forbidden-host': 403,
  /** A page of another origin asked for a change. */
  'forbidden-origin': 403,
  /** Asked with a key that reads another project, or this one only. */
  'forbidden-project': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  /** Something of that name exists, or changed meanwhile. */
  conflict: 409,
  'body-too-large': 413,
  'unsupported-type': 415,
  /** The question exceeds the time or memory one query may take; a shorter range answers. */
  'query-too-heavy': 422,
  /** Bug of ours. */
  internal: 500,
  /** ClickHouse is starting, restarting or gone; the same request succeeds later. */
  'clickhouse-unavailable': 503,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/**
 * A request that cannot be answered. Thrown by a route, it becomes the `ApiError` body of `@weir/schemas/api` with the
 * status of its code. The message is one sentence for the person who asked: what is wrong, and what to do.
 */
export class CollectorError extends Error {
  override readonly name = 'CollectorError';
  readonly code: ErrorCode;
  readonly statusCode: number;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.statusCode = errorCodes[code];
  }
}
