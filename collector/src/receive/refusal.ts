import type { BusyReason } from '../spool/sink.ts';

/**
 * Why a request is refused as a whole, and how that is said: as an HTTP status, and as a `google.rpc.Code`, which is the
 * status of gRPC. Senders repeat 503 and UNAVAILABLE, and none of the others but `timeout` and `cancelled`.
 * https://opentelemetry.io/docs/specs/otlp/#failures
 */
export const refusals = {
  unauthenticated: { httpStatus: 401, rpcCode: 16 },
  undecodable: { httpStatus: 400, rpcCode: 3 },
  /** RESOURCE_EXHAUSTED, and without RetryInfo: the same body is not sent again. */
  too_large: { httpStatus: 413, rpcCode: 8 },
  unsupported_type: { httpStatus: 415, rpcCode: 3 },
  unsupported_method: { httpStatus: 405, rpcCode: 12 },
  spool_full: { httpStatus: 503, rpcCode: 14 },
  spool_failed: { httpStatus: 503, rpcCode: 14 },
  stopping: { httpStatus: 503, rpcCode: 14 },
  /** Too much is being received at once. */
  memory: { httpStatus: 503, rpcCode: 14 },
  /** It did not arrive in time. */
  timeout: { httpStatus: 408, rpcCode: 4 },
  /** Its sender left before the answer. */
  cancelled: { httpStatus: 499, rpcCode: 1 },
  internal: { httpStatus: 500, rpcCode: 13 },
} as const satisfies { readonly [reason: string]: { readonly httpStatus: number; readonly rpcCode: number } };

export type Refusal = keyof typeof refusals;

/** A request that is not taken. The message is for whoever runs the sender. */
export interface Refused {
  readonly status: 'refused';
  readonly reason: Refusal;
  readonly message: string;
  /** The sender may repeat the same request after this time; absent: it must not. */
  readonly retryAfterSeconds?: number;
}

export function refused(reason: Refusal, message: string, retryAfterSeconds?: number): Refused {
  return {
    status: 'refused',
    reason,
    message,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

const busyMessages: { readonly [reason in BusyReason]: string } = {
  spool_full: 'What waits for ClickHouse takes all the disk it may. Send it again.',
  spool_failed: 'The disk of the collector cannot be written to. Send it again.',
  stopping: 'The collector is stopping. Send it again.',
};

export function busy(reason: BusyReason, retryAfterSeconds: number): Refused {
  return refused(reason, busyMessages[reason], retryAfterSeconds);
}

export function tooLarge(maxBodyBytes: number): Refused {
  return refused('too_large', `The body exceeds ${maxBodyBytes} bytes. Send smaller batches.`);
}

/** A bug of ours. Not repeated: it would fail in the same way. */
export const internal = refused('internal', 'The collector failed on this request; its log says why.');

/** Nobody hears it; it is for the counts. */
export const cancelled = refused('cancelled', 'The sender left before it was answered.');
