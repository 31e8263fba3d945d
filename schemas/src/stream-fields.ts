import type { AttributeName, ResourceAttributeName } from './attributes.ts';

/**
 * One finished stream as it is stored: the one description that the ClickHouse columns, the HTTP API and the
 * normaliser are derived from. The name on the left is the name in the API; the column is its snake_case form.
 *
 * Strings that are grouped by are never null: what is not known reads `unknown`. Other strings are empty and numbers
 * null when not known.
 */
export type Storage =
  | { readonly kind: 'id'; readonly bytes: 8 | 16 }
  /** Low-cardinality string that panels group and filter by; `unknown` when not known. */
  | { readonly kind: 'dimension' }
  /** Low-cardinality string that is empty when there is nothing to say. */
  | { readonly kind: 'label' }
  | { readonly kind: 'text' }
  | { readonly kind: 'time' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'number' }
  | { readonly kind: 'count' }
  | { readonly kind: 'size' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'weight' }
  | { readonly kind: 'texts' }
  | { readonly kind: 'counts' }
  | { readonly kind: 'secondsList' }
  /** Custom dimensions. */
  | { readonly kind: 'map' }
  /** Counts by log bucket of `gap-buckets.ts`. */
  | { readonly kind: 'histogram' };

export type StorageKind = Storage['kind'];

const id = (bytes: 8 | 16) => ({ kind: 'id', bytes }) as const;
const dimension = { kind: 'dimension' } as const;
const label = { kind: 'label' } as const;
const text = { kind: 'text' } as const;
const time = { kind: 'time' } as const;
const seconds = { kind: 'seconds' } as const;
const number = { kind: 'number' } as const;
const count = { kind: 'count' } as const;
const size = { kind: 'size' } as const;
const flag = { kind: 'flag' } as const;
const texts = { kind: 'texts' } as const;

/** Fields that do not come from a span attribute of the same name. */
const identity = {
  project: dimension,
  traceId: id(16),
  spanId: id(8),
  parentSpanId: id(8),
  /** When the stream ended: the time key, because that is when its outcome is known. */
  endedAt: time,
  startedAt: time,
  receivedAt: time,
  durationSeconds: seconds,
  spanName: label,
  instrumentation: dimension,
  instrumentationVersion: dimension,
  /** The status description of the span, in our words. */
  statusMessage: text,
  linkType: label,
  linkedTraceId: id(16),
  linkedSpanId: id(8),
  customDimensions: { kind: 'map' },
} as const satisfies Record<string, Storage>;

const fromResource = {
  service: dimension,
  serviceVersion: dimension,
  serviceInstance: text,
  environment: dimension,
  cloudRegion: dimension,
  sdkLanguage: dimension,
} as const satisfies Record<ResourceAttributeName, Storage>;

const fromAttributes = {
  operation: dimension,
  provider: dimension,
  model: dimension,
  requestStream: flag,
  responseModel: dimension,
  responseId: text,
  ttftSeconds: seconds,
  finishReasons: texts,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  reasoningTokens: count,
  conversationId: text,
  errorType: label,
  serverAddress: dimension,
  serverPort: count,
  httpStatus: count,
  resendCount: count,
  networkType: dimension,
  networkSubtype: dimension,
  protocolVersion: dimension,
  carrier: dimension,
  country: dimension,
  region: dimension,
  userAgent: dimension,
  browserPlatform: dimension,
  sessionId: text,
  userHash: text,
  vantage: dimension,
  protocol: dimension,
  outcome: dimension,
  reason: dimension,
  stage: dimension,
  initiator: dimension,
  initiatorEvidence: text,
  retryable: flag,
  terminalEventReceived: flag,
  finishReasonsRaw: texts,
  providerErrorCode: label,
  events: count,
  chunks: count,
  malformedEvents: count,
  receivedBytes: size,
  undeliveredBytes: size,
  timeToHeadersSeconds: seconds,
  timeToFirstByteSeconds: seconds,
  timeToFirstEventSeconds: seconds,
  timeToFirstOutputSeconds: seconds,
  timeToLastChunkSeconds: seconds,
  lastGapSeconds: seconds,
  gapP50Seconds: seconds,
  gapP95Seconds: seconds,
  gapP99Seconds: seconds,
  maxGapSeconds: seconds,
  maxGapIndex: count,
  maxGapOffsetSeconds: seconds,
  gapHistogram: { kind: 'histogram' },
  stalls: count,
  stallSeconds: seconds,
  stallThresholdSeconds: seconds,
  stallAtEnd: flag,
  bursts: count,
  consumerWaitSeconds: seconds,
  loopLagSeconds: seconds,
  recentChunkOffsets: { kind: 'secondsList' },
  recentChunkSizes: { kind: 'counts' },
  attachmentCount: count,
  attachmentBytes: size,
  attachmentClass: dimension,
  attachmentClasses: texts,
  attachmentMimeTypes: texts,
  requestBytes: size,
  requestId: text,
  attempt: count,
  finalAttempt: flag,
  providerRequestId: text,
  gatewayId: text,
  responseServer: dimension,
  retryAfterSeconds: seconds,
  effectiveType: dimension,
  rttSeconds: seconds,
  downlinkMbps: number,
  vpn: flag,
  proxy: flag,
  pageVisibility: dimension,
  sampleWeight: { kind: 'weight' },
} as const satisfies Record<AttributeName, Storage>;

/** Every field of a stored stream, in column order. */
export const streamFields = { ...identity, ...fromResource, ...fromAttributes } as const;

export type StreamField = keyof typeof streamFields;

interface ValueByKind {
  id: string;
  dimension: string;
  label: string;
  text: string;
  time: number;
  seconds: number | null;
  number: number | null;
  count: number | null;
  size: number | null;
  flag: boolean | null;
  weight: number;
  texts: readonly string[];
  counts: readonly number[];
  secondsList: readonly number[];
  map: Readonly<Record<string, string>>;
  histogram: readonly number[];
}

/**
 * One stream. Ids are lower-case hex ('' when absent), times are Unix milliseconds, `histogram` is flat: bucket,
 * count, bucket, count, …
 */
export type StreamRecord = { -readonly [F in StreamField]: ValueByKind[(typeof streamFields)[F]['kind']] };

/** One stream as the HTTP API returns it: times as ISO 8601, the histogram as an object of counts by bucket. */
export type StreamDetail = {
  -readonly [F in StreamField]: (typeof streamFields)[F]['kind'] extends 'time'
    ? string
    : (typeof streamFields)[F]['kind'] extends 'histogram'
      ? Record<string, number>
      : StreamRecord[F];
};

/**
 * What panels group and filter by: the name in the API -> the field. Custom dimensions are addressed as
 * `dimension.<name>`.
 */
export const dimensions = {
  model: 'model',
  attachment: 'attachmentClass',
  network: 'networkType',
  provider: 'provider',
  responseModel: 'responseModel',
  operation: 'operation',
  outcome: 'outcome',
  reason: 'reason',
  stage: 'stage',
  initiator: 'initiator',
  vantage: 'vantage',
  protocol: 'protocol',
  service: 'service',
  serviceVersion: 'serviceVersion',
  environment: 'environment',
  cloudRegion: 'cloudRegion',
  country: 'country',
  region: 'region',
  carrier: 'carrier',
  effectiveType: 'effectiveType',
  networkSubtype: 'networkSubtype',
  proxy: 'proxy',
  vpn: 'vpn',
  userAgent: 'userAgent',
  browserPlatform: 'browserPlatform',
  pageVisibility: 'pageVisibility',
  protocolVersion: 'protocolVersion',
  server: 'serverAddress',
  responseServer: 'responseServer',
  httpStatus: 'httpStatus',
  errorCode: 'providerErrorCode',
  instrumentation: 'instrumentation',
  instrumentationVersion: 'instrumentationVersion',
  user: 'userHash',
  session: 'sessionId',
  conversation: 'conversationId',
  request: 'requestId',
  providerRequest: 'providerRequestId',
  trace: 'traceId',
} as const satisfies Record<string, StreamField>;

export type Dimension = keyof typeof dimensions;

export function isDimension(name: string): name is Dimension {
  return Object.hasOwn(dimensions, name);
}
