import { toldByError } from '../observe/event-reader.ts';
import { networkErrorFacts } from '../observe/network-error.ts';
import { classifyHttpError, type HeaderSource, responseFacts } from '../protocols/index.ts';
import type { Failure } from './retry-course.ts';

const noHeaders: HeaderSource = { get: () => null };

/**
 * What an error that a client library throws says about the attempt, where nothing was observed: from its HTTP status,
 * the provider's error object and the code of the network, never from the name of its class.
 *
 * @returns undefined where it says nothing: then it may be a bug of the application, and nothing is repeated.
 */
export function failureOfThrown(error: unknown, nowMs: number): Omit<Failure, 'output'> | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const status: unknown = Reflect.get(error, 'status');
  if (typeof status === 'number' && status >= 400) return httpFailure(error, status, nowMs);
  const told = toldByError(error);
  if (told !== undefined) return { reason: told.reason };
  const { kind } = networkErrorFacts(error);
  return kind === undefined || kind === 'invalid_request' || kind === 'tls' ? undefined : { reason: 'reset' };
}

function httpFailure(error: object, status: number, nowMs: number): Omit<Failure, 'output'> {
  const headers = headersOf(error);
  const body = JSON.stringify(Reflect.get(error, 'error') ?? null);
  const known = classifyHttpError({ status, headers, body });
  const { retryAfterSeconds = known.retryAfterSeconds } = responseFacts(headers, nowMs);
  return {
    reason: known.reason,
    retryAfterSeconds,
    isRetryRefused: headers.get('x-should-retry') === 'false',
  };
}

function headersOf(error: object): HeaderSource {
  const headers: unknown = Reflect.get(error, 'headers');
  return headers instanceof Headers ? headers : noHeaders;
}
