import { Metadata, status } from '@grpc/grpc-js';
import type { Refusal } from '@weir/schemas/receiving';
import { rpcStatus } from './otlp-encoding.ts';
import { type Refused, refusals } from './refusal.ts';

export interface GrpcStatus {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/**
 * A refusal as gRPC says it. `RetryInfo` in the details is what makes senders come back, and when:
 * https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling
 */
export function grpcStatusOf({ reason, message, retryAfterSeconds }: Refused): GrpcStatus {
  const { rpcCode } = refusals[reason];
  const metadata = new Metadata();
  if (retryAfterSeconds !== undefined) {
    metadata.set('grpc-status-details-bin', rpcStatus(rpcCode, message, retryAfterSeconds));
  }
  return { code: rpcCode, details: message, metadata };
}

/** What a status means that gRPC gives by itself, to a call that never reached us whole. */
export function refusalOfStatus(code: status): Refusal {
  switch (code) {
    case status.RESOURCE_EXHAUSTED:
      return 'too_large';
    case status.UNIMPLEMENTED:
      return 'unsupported_type';
    case status.DEADLINE_EXCEEDED:
      return 'timeout';
    default:
      return 'undecodable';
  }
}
