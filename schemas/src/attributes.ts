/**
 * Every attribute that Weir writes or reads, once. The left side is the name of the fact in code and in the HTTP
 * API; `key` is its OpenTelemetry name. `attribute-meanings.ts` says what each means; `docs/attributes.md` is made
 * from both.
 *
 * OpenTelemetry's GenAI conventions (status: development) come first; what they lack is under `weir.`, because their
 * naming rules forbid third parties to extend `gen_ai.*`.
 */
export type AttributeType = 'string' | 'boolean' | 'int' | 'double' | 'string[]' | 'int[]' | 'double[]';

export interface AttributeDefinition {
  readonly key: string;
  readonly type: AttributeType;
  /** UCUM unit of a number. */
  readonly unit?: 's' | 'By' | 'ms' | 'Mbit/s' | '{token}' | '{chunk}' | '{event}' | '{file}' | '1';
}

export const attributes = {
  // OpenTelemetry GenAI
  operation: { key: 'gen_ai.operation.name', type: 'string' },
  provider: { key: 'gen_ai.provider.name', type: 'string' },
  model: { key: 'gen_ai.request.model', type: 'string' },
  requestStream: { key: 'gen_ai.request.stream', type: 'boolean' },
  responseModel: { key: 'gen_ai.response.model', type: 'string' },
  responseId: { key: 'gen_ai.response.id', type: 'string' },
  ttftSeconds: { key: 'gen_ai.response.time_to_first_chunk', type: 'double', unit: 's' },
  finishReasons: { key: 'gen_ai.response.finish_reasons', type: 'string[]' },
  inputTokens: { key: 'gen_ai.usage.input_tokens', type: 'int', unit: '{token}' },
  outputTokens: { key: 'gen_ai.usage.output_tokens', type: 'int', unit: '{token}' },
  cacheReadTokens: { key: 'gen_ai.usage.cache_read.input_tokens', type: 'int', unit: '{token}' },
  reasoningTokens: { key: 'gen_ai.usage.reasoning.output_tokens', type: 'int', unit: '{token}' },
  conversationId: { key: 'gen_ai.conversation.id', type: 'string' },

  // OpenTelemetry general
  errorType: { key: 'error.type', type: 'string' },
  serverAddress: { key: 'server.address', type: 'string' },
  serverPort: { key: 'server.port', type: 'int' },
  httpStatus: { key: 'http.response.status_code', type: 'int' },
  resendCount: { key: 'http.request.resend_count', type: 'int', unit: '1' },
  networkType: { key: 'network.connection.type', type: 'string' },
  networkSubtype: { key: 'network.connection.subtype', type: 'string' },
  protocolVersion: { key: 'network.protocol.version', type: 'string' },
  carrier: { key: 'network.carrier.name', type: 'string' },
  country: { key: 'geo.country.iso_code', type: 'string' },
  region: { key: 'geo.region.iso_code', type: 'string' },
  userAgent: { key: 'user_agent.name', type: 'string' },
  browserPlatform: { key: 'browser.platform', type: 'string' },
  sessionId: { key: 'session.id', type: 'string' },
  userHash: { key: 'user.hash', type: 'string' },

  // The ending
  vantage: { key: 'weir.stream.vantage', type: 'string' },
  protocol: { key: 'weir.stream.protocol', type: 'string' },
  outcome: { key: 'weir.stream.outcome', type: 'string' },
  reason: { key: 'weir.stream.termination.reason', type: 'string' },
  stage: { key: 'weir.stream.stage', type: 'string' },
  initiator: { key: 'weir.stream.initiator', type: 'string' },
  initiatorEvidence: { key: 'weir.stream.initiator.evidence', type: 'string' },
  retryable: { key: 'weir.stream.retryable', type: 'boolean' },
  terminalEventReceived: { key: 'weir.stream.terminal_event.received', type: 'boolean' },
  finishReasonsRaw: { key: 'weir.response.finish_reasons.raw', type: 'string[]' },
  providerErrorCode: { key: 'weir.response.error.code', type: 'string' },

  // Volume
  events: { key: 'weir.stream.event.count', type: 'int', unit: '{event}' },
  chunks: { key: 'weir.stream.chunk.count', type: 'int', unit: '{chunk}' },
  malformedEvents: { key: 'weir.stream.malformed.count', type: 'int', unit: '{event}' },
  receivedBytes: { key: 'weir.stream.received.size', type: 'int', unit: 'By' },
  undeliveredBytes: { key: 'weir.stream.undelivered.size', type: 'int', unit: 'By' },

  // Time, all from the call
  timeToHeadersSeconds: { key: 'weir.stream.time_to_headers', type: 'double', unit: 's' },
  timeToFirstByteSeconds: { key: 'weir.stream.time_to_first_byte', type: 'double', unit: 's' },
  timeToFirstEventSeconds: { key: 'weir.stream.time_to_first_event', type: 'double', unit: 's' },
  timeToFirstOutputSeconds: { key: 'weir.stream.time_to_first_output', type: 'double', unit: 's' },
  timeToLastChunkSeconds: { key: 'weir.stream.time_to_last_chunk', type: 'double', unit: 's' },
  lastGapSeconds: { key: 'weir.stream.last_gap', type: 'double', unit: 's' },

  // Gaps and stalls
  gapP50Seconds: { key: 'weir.stream.chunk.gap.p50', type: 'double', unit: 's' },
  gapP95Seconds: { key: 'weir.stream.chunk.gap.p95', type: 'double', unit: 's' },
  gapP99Seconds: { key: 'weir.stream.chunk.gap.p99', type: 'double', unit: 's' },
  maxGapSeconds: { key: 'weir.stream.chunk.gap.max', type: 'double', unit: 's' },
  maxGapIndex: { key: 'weir.stream.chunk.gap.max_index', type: 'int', unit: '{chunk}' },
  maxGapOffsetSeconds: { key: 'weir.stream.chunk.gap.max_offset', type: 'double', unit: 's' },
  gapHistogram: { key: 'weir.stream.chunk.gap.histogram', type: 'int[]' },
  stalls: { key: 'weir.stream.stall.count', type: 'int', unit: '1' },
  stallSeconds: { key: 'weir.stream.stall.duration', type: 'double', unit: 's' },
  stallThresholdSeconds: { key: 'weir.stream.stall.threshold', type: 'double', unit: 's' },
  stallAtEnd: { key: 'weir.stream.stall.at_end', type: 'boolean' },
  bursts: { key: 'weir.stream.burst.count', type: 'int', unit: '1' },
  consumerWaitSeconds: { key: 'weir.stream.consumer.wait_time', type: 'double', unit: 's' },
  loopLagSeconds: { key: 'weir.process.loop_lag.max', type: 'double', unit: 's' },
  recentChunkOffsets: { key: 'weir.stream.chunk.recent_offsets', type: 'double[]', unit: 's' },
  recentChunkSizes: { key: 'weir.stream.chunk.recent_sizes', type: 'int[]', unit: 'By' },

  // Request, response and attempts
  attachmentCount: { key: 'weir.request.attachment.count', type: 'int', unit: '{file}' },
  attachmentBytes: { key: 'weir.request.attachment.size', type: 'int', unit: 'By' },
  attachmentClass: { key: 'weir.request.attachment.class', type: 'string' },
  attachmentClasses: { key: 'weir.request.attachment.types', type: 'string[]' },
  attachmentMimeTypes: { key: 'weir.request.attachment.mime_types', type: 'string[]' },
  requestBytes: { key: 'http.request.body.size', type: 'int', unit: 'By' },
  requestId: { key: 'weir.request.id', type: 'string' },
  attempt: { key: 'weir.request.attempt', type: 'int', unit: '1' },
  finalAttempt: { key: 'weir.request.final', type: 'boolean' },
  providerRequestId: { key: 'weir.response.request_id', type: 'string' },
  gatewayId: { key: 'weir.response.gateway_id', type: 'string' },
  responseServer: { key: 'weir.response.server', type: 'string' },
  retryAfterSeconds: { key: 'weir.response.retry_after', type: 'double', unit: 's' },

  // Network and page, beyond the conventions
  effectiveType: { key: 'weir.network.effective_type', type: 'string' },
  rttSeconds: { key: 'weir.network.rtt', type: 'double', unit: 's' },
  downlinkMbps: { key: 'weir.network.downlink', type: 'double', unit: 'Mbit/s' },
  vpn: { key: 'weir.network.vpn', type: 'boolean' },
  proxy: { key: 'weir.network.proxy', type: 'boolean' },
  pageVisibility: { key: 'weir.page.visibility', type: 'string' },

  // Sampling
  sampleWeight: { key: 'weir.sample.weight', type: 'double', unit: '1' },
} as const satisfies Record<string, AttributeDefinition>;

export type AttributeName = keyof typeof attributes;

interface ValueByType {
  string: string;
  boolean: boolean;
  int: number;
  double: number;
  'string[]': readonly string[];
  'int[]': readonly number[];
  'double[]': readonly number[];
}

/** The static type of an attribute's value. */
export type AttributeValueOf<N extends AttributeName> = ValueByType[(typeof attributes)[N]['type']];

/** What is known of one stream, by fact name. What is not known is absent, never invented. */
export type StreamFacts = { [N in AttributeName]?: AttributeValueOf<N> };

/** Resource attributes that are read from the OpenTelemetry resource and kept with each stream. */
export const resourceAttributes = {
  service: { key: 'service.name', type: 'string' },
  serviceVersion: { key: 'service.version', type: 'string' },
  serviceInstance: { key: 'service.instance.id', type: 'string' },
  environment: { key: 'deployment.environment.name', type: 'string' },
  cloudRegion: { key: 'cloud.region', type: 'string' },
  sdkLanguage: { key: 'telemetry.sdk.language', type: 'string' },
} as const satisfies Record<string, AttributeDefinition>;

export type ResourceAttributeName = keyof typeof resourceAttributes;

/** A custom dimension `plan` travels as `weir.dimension.plan`. At most `maxCustomDimensions` a stream. */
export const customDimensionPrefix = 'weir.dimension.';
export const maxCustomDimensions = 16;
export const maxDimensionValueLength = 128;

/** `weir.link.type` of a span link: how this attempt relates to the linked one. */
export const linkTypeKey = 'weir.link.type';
export const linkTypes = ['retry_of', 'resumed_from', 'fallback_of', 'delivers'] as const;
export type LinkType = (typeof linkTypes)[number];

/**
 * Set on the span of another instrumentation that encloses an observed call: that call has a span of its own, and the
 * enclosing one is not a second stream.
 */
export const observedKey = 'weir.stream.observed';

/**
 * Set on any one span of an export: how many spans its sender had to drop since it last said so. It says nothing of the
 * span that it is on.
 */
export const lostSpansKey = 'weir.export.lost_spans';

/**
 * A span with `weir.stream.phase` = `open` is no stream but a report of one that has not ended: its parent is the span of
 * the stream, it lasts from the call until now, and it has the facts so far. Its sender promises another report, or the
 * end, within `weir.stream.next_report` seconds; when neither comes the stream is `lost`.
 */
export const openReport = {
  phaseKey: 'weir.stream.phase',
  phase: 'open',
  nextReportKey: 'weir.stream.next_report',
  /** The parent of the stream's own span, hex; absent when it is a root. */
  parentKey: 'weir.stream.parent_span_id',
} as const;

/** Classes of `weir.request.attachment.class`; `mixed` where several came together, `none` where none did. */
export const attachmentClasses = [
  'none',
  'image',
  'pdf',
  'document',
  'spreadsheet',
  'audio',
  'video',
  'archive',
  'code',
  'text',
  'other',
  'mixed',
  'unknown',
] as const;
export type AttachmentClass = (typeof attachmentClasses)[number];

/** `network.connection.type` of the OpenTelemetry conventions. */
export const networkTypes = ['wifi', 'wired', 'cell', 'unavailable', 'unknown'] as const;
export type NetworkType = (typeof networkTypes)[number];
