import {
  type handleUnaryCall,
  type Metadata,
  type MethodDefinition,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  type ServerListener,
  status,
} from '@grpc/grpc-js';
import type { BaseLogger } from 'pino';
import { grpcStatusOf, refusalOfStatus } from './grpc-status.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { contentTypes, exportResponse } from './otlp-encoding.ts';
import type { Receipt, Receiver, Reception, RequestHead } from './receiver.ts';
import { cancelled, internal, type Refused, refused } from './refusal.ts';

/** A request that is here whole, and not yet looked into. */
export interface ArrivedCall {
  receive(): Promise<Receipt | Refused>;
}

const sameBytes = (bytes: Buffer) => bytes;

/**
 * The only method of OTLP/gRPC for traces, with its messages left as bytes: the walk that reads the bodies of HTTP reads
 * these too. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
 */
export const exportMethod: MethodDefinition<Buffer, Buffer> = {
  path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  requestStream: false,
  responseStream: false,
  requestSerialize: sameBytes,
  requestDeserialize: sameBytes,
  responseSerialize: sameBytes,
  responseDeserialize: sameBytes,
};

/** Answers what `traceCalls` lets through. */
export const exportTraces: handleUnaryCall<ArrivedCall, Buffer> = async (call, answer) => {
  const result = await call.request.receive();
  if (result.status === 'refused') answer(grpcStatusOf(result));
  else answer(null, exportResponse('protobuf', result.rejectedSpans, result.message));
};

export interface TraceCallsOptions {
  readonly receiver: Receiver;
  readonly metrics: Pick<IngestMetrics, 'refused' | 'answered'>;
  readonly logger: Pick<BaseLogger, 'error'>;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** A sender that trickles its request is cut off after this time. */
  readonly arrivalMs: number;
}

/** Around each call: admits or refuses it before its message is read, and counts how it ended. */
export function traceCalls(options: TraceCallsOptions): ServerInterceptor {
  return (_method, call) => {
    const underWay = new CallUnderWay(call, options);
    return new ServerInterceptingCall(call, { start: (next) => next(underWay.listener) });
  };
}

class CallUnderWay {
  readonly #options: TraceCallsOptions;
  readonly #call: ServerInterceptingCallInterface;
  readonly #startedAt: number;
  #reception: Reception | undefined;
  #arrival: NodeJS.Timeout | undefined;
  #hasArrived = false;
  #refusal: Refused | undefined;
  #isCounted = false;

  readonly listener: ServerListener = {
    onReceiveMetadata: (metadata, pass) => {
      const admitted = this.#options.receiver.admit(headOf(metadata));
      if (admitted.status === 'refused') return this.#refuse(admitted);
      this.#reception = admitted;
      const { arrivalMs } = this.#options;
      this.#arrival = setTimeout(() => this.#refuse(tooSlow(arrivalMs)), arrivalMs);
      pass(metadata);
    },
    onReceiveMessage: (body: Buffer, pass) => {
      clearTimeout(this.#arrival);
      this.#hasArrived = true;
      pass({ receive: () => this.#receive(body) } satisfies ArrivedCall);
    },
    // Of every call, answered or not.
    onCancel: () => {
      clearTimeout(this.#arrival);
      this.#reception?.end();
      this.#refusal ??= cancelled;
      this.#count(status.CANCELLED);
    },
  };

  constructor(call: ServerInterceptingCallInterface, options: TraceCallsOptions) {
    this.#call = call;
    this.#options = options;
    this.#startedAt = options.now();
    // gRPC answers some calls past every interceptor: messages over the limit, damaged in their compression, or late.
    const send = call.sendStatus.bind(call);
    call.sendStatus = (given) => {
      const isDamaged = given.code === status.INTERNAL && !this.#hasArrived;
      const sent = isDamaged ? { ...given, code: status.INVALID_ARGUMENT } : given;
      this.#count(sent.code ?? status.UNKNOWN);
      send(sent);
    };
  }

  async #receive(body: Buffer): Promise<Receipt | Refused> {
    try {
      const result = (await this.#reception?.receive(body)) ?? cancelled;
      if (result.status === 'refused') this.#refusal = result;
      return result;
    } catch (error) {
      this.#options.logger.error({ err: error }, 'A request over gRPC failed');
      this.#refusal = internal;
      return internal;
    }
  }

  #refuse(refusal: Refused): void {
    this.#refusal = refusal;
    this.#call.sendStatus(grpcStatusOf(refusal));
  }

  #count(code: status): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    const { metrics, now } = this.#options;
    if (code !== status.OK) {
      const reason = this.#refusal?.reason ?? refusalOfStatus(code);
      const keyId = this.#refusal?.keyId ?? this.#reception?.keyId;
      metrics.refused(reason, { transport: 'grpc', keyId });
    }
    const seconds = (now() - this.#startedAt) / 1_000;
    metrics.answered({ transport: 'grpc', status: status[code], encoding: 'protobuf', seconds });
  }
}

/** Compression is gRPC's own and undone by it, and how long a message is nobody says before it comes. */
function headOf(metadata: Metadata): RequestHead {
  const text = (name: string) => metadata.get(name)[0]?.toString();
  return {
    authorization: text('authorization'),
    weirKey: text('x-weir-key'),
    origin: undefined,
    contentType: contentTypes.protobuf,
    contentEncoding: undefined,
    contentLength: undefined,
    via: undefined,
  };
}

const tooSlow = (arrivalMs: number) =>
  refused('timeout', `The request did not arrive within ${arrivalMs / 1_000} s.`);
