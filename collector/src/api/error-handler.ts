import { STATUS_CODES } from 'node:http';
import { ClickHouseError } from '@clickhouse/client';
import type { ApiError } from '@weir/schemas/api';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { CollectorError, type ErrorCode } from '../errors.ts';

const RETRY_AFTER_SECONDS = 2;

/** Answers every failed request in the one shape of `ApiError`. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = asCollectorError(error);
  // A client that left, and so ended its own question, is no failure of ours.
  if (refusal.code === 'internal' && !reply.raw.destroyed)
    request.log.error({ err: error, url: request.url }, 'A request failed');
  if (refusal.code === 'clickhouse-unavailable') reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (refusal.code === 'not-authenticated') {
    reply.header('www-authenticate', 'Basic realm="Weir", charset="UTF-8"');
  }
  return reply.code(refusal.statusCode).type('application/json').send(apiErrorOf(refusal));
}

export function apiErrorOf({ statusCode, code, message }: CollectorError): ApiError {
  return { statusCode, code, error: STATUS_CODES[statusCode] ?? 'Error', message };
}

function asCollectorError(error: unknown): CollectorError {
  if (error instanceof CollectorError) return error;
  if (error instanceof ClickHouseError) return fromClickHouse(error);
  if (isConnectionError(error)) return unavailable(error);
  return fromFastify(error) ?? new CollectorError('internal', INTERNAL_MESSAGE, { cause: error });
}

const INTERNAL_MESSAGE = 'The collector failed on this request; its log says why.';

/** Limits that a query can run into, by ClickHouse's name. */
const limitErrors: ReadonlySet<string> = new Set([
  'MEMORY_LIMIT_EXCEEDED',
  'QUERY_WAS_CANCELLED',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_BYTES',
  'TOO_MANY_ROWS',
  'TOO_MANY_ROWS_OR_BYTES',
  'TOO_SLOW',
]);
const overloadErrors: ReadonlySet<string> = new Set([
  'CANNOT_SCHEDULE_TASK',
  'NETWORK_ERROR',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
]);

function fromClickHouse(error: ClickHouseError): CollectorError {
  const type = error.type ?? '';
  if (limitErrors.has(type)) {
    const message = 'This takes more time or memory than one question may. Ask for a shorter range.';
    return new CollectorError('query-too-heavy', message, { cause: error });
  }
  if (overloadErrors.has(type)) return unavailable(error);
  return new CollectorError('internal', INTERNAL_MESSAGE, { cause: error });
}

const connectionErrors: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  // The ClickHouse client's own words; it gives these two no code.
  return (
    connectionErrors.has(code) || error.message === 'Timeout error.' || error.message === 'socket hang up'
  );
}

function unavailable(cause: unknown): CollectorError {
  return new CollectorError(
    'clickhouse-unavailable',
    'ClickHouse does not answer. Ask again in a few seconds.',
    { cause },
  );
}

const codeByStatus: { readonly [status: number]: ErrorCode } = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  415: 'unsupported-type',
};

/** Validation, parsing and routing errors of the framework: their messages are made for the sender. */
function fromFastify(error: unknown): CollectorError | undefined {
  const { statusCode, message } = error as Partial<FastifyError>;
  const code = statusCode === undefined ? undefined : codeByStatus[statusCode];
  return code === undefined ? undefined : new CollectorError(code, `${message}.`.replace(/\.\.$/, '.'));
}
