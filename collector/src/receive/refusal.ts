import type { Refusal } from '@weir/schemas/receiving';
import type { NoSender } from '../keys/key-ring.ts';
import type { BusyReason } from '../spool/sink.ts';

/**
 * Why a request is refused as a whole, and how that is said: as an HTTP status, and as a `google.rpc.Code`, which is the
 * status of gRPC. Senders repeat 429, 503 and UNAVAILABLE, and none of the others but `timeout` and `cancelled`.
 * https://opentelemetry.io/docs/specs/otlp/#failures
 */
export const refusals = {
  missing_key: { httpStatus: 401, rpcCode: 16 },
  unknown_key: { httpStatus: 401, rpcCode: 16 },
  revoked_key: { httpStatus: 401, rpcCode: 16 },
  /** The page that sends is not one of those that may use the key. */
  forbidden_origin: { httpStatus: 403, rpcCode: 7 },
  /** RESOURCE_EXHAUSTED, and with RetryInfo: the same body is sent again. */
  rate_limited: { httpStatus: 429, rpcCode: 8 },
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
  /** The thread that read it ended. */
  reader_lost: { httpStatus: 503, rpcCode: 14 },
  /** It did not arrive in time. */
  timeout: { httpStatus: 408, rpcCode: 4 },
  /** Its sender left before the answer. */
  cancelled: { httpStatus: 499, rpcCode: 1 },
  internal: { httpStatus: 500, rpcCode: 13 },
} as const satisfies { readonly [R in Refusal]: { readonly httpStatus: number; readonly rpcCode: number } };

/** A request that is not taken. The message is for whoever runs the sender. */
export interface Refused {
  readonly status: 'refused';
  readonly reason: Refusal;
  readonly message: string;
  /** The sender may repeat the same request after this time; absent: it must not. */
  readonly retryAfterSeconds?: number;
  /** Id of the key it came with; absent when that is not known, or the same as that of its reception. */
  readonly keyId?: string;
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

const keyMessages: { readonly [status in NoSender['status']]: string } = {
  missing_key:
    'This collector takes spans with an ingest key only. Send it as `Authorization: Bearer <key>` or as `x-weir-key: <key>`; the dashboard creates keys under Settings, Keys.',
  unknown_key:
    'The ingest key is not one of this collector that sends. See that it is complete, or create a new one in the dashboard under Settings, Keys.',
  revoked_key:
    'The ingest key is revoked. Create a new one in the dashboard under Settings, Keys, and give it to this sender.',
};

export function withoutKey({ status }: NoSender): Refused {
  return refused(status, keyMessages[status]);
}

/** The page is not named back: whoever reads the answer knows it. */
export const forbiddenOrigin = refused(
  'forbidden_origin',
  'The ingest key may not be used by pages of this origin. Create one whose origins name it.',
);

/** Exporters drop a batch that is asked for a wait longer than what is left of their time. */
const LONGEST_WAIT_SECONDS = 5;

/** @param waitSeconds until the key may send again, over 0 */
export function rateLimited(waitSeconds: number): Refused {
  return refused(
    'rate_limited',
    'The ingest key has used up its spans per second. Send it again later, or raise the limit with a new key.',
    Math.min(LONGEST_WAIT_SECONDS, Math.ceil(waitSeconds)),
  );
}

/** A bug of ours. Not repeated: it would fail in the same way. */
export const internal = refused('internal', 'The collector failed on this request; its log says why.');

/** Nobody hears it; it is for the counts. */
export const cancelled = refused('cancelled', 'The sender left before it was answered.');
