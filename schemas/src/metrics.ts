/**
 * Every metric that the SDK records, once. `docs/metrics.md` is made from this.
 *
 * OpenTelemetry's GenAI conventions (status: development) have renamed their client metrics; both generations are in
 * use, so both are here, and whoever records chooses.
 *
 * https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md and
 * https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-inference.md
 */
export interface MetricDefinition {
  readonly name: string;
  readonly instrument: 'histogram' | 'counter';
  /** UCUM unit. */
  readonly unit: 's' | '{token}' | '{stream}' | '{span}' | '{error}' | '{decision}' | '{item}';
  readonly meaning: string;
}

/** `gen_ai.client.operation.*`, as of semantic conventions 1.42 and before. */
export const operationMetrics = {
  duration: {
    name: 'gen_ai.client.operation.duration',
    instrument: 'histogram',
    unit: 's',
    meaning: 'Time from the call to the end of the stream.',
  },
  firstChunk: {
    name: 'gen_ai.client.operation.time_to_first_chunk',
    instrument: 'histogram',
    unit: 's',
    meaning: 'Time from the call to the first content chunk.',
  },
  perChunk: {
    name: 'gen_ai.client.operation.time_per_output_chunk',
    instrument: 'histogram',
    unit: 's',
    meaning: 'Each gap between two chunks.',
  },
  tokens: {
    name: 'gen_ai.client.token.usage',
    instrument: 'histogram',
    unit: '{token}',
    meaning: 'Tokens of each call, by gen_ai.token.type.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** `gen_ai.client.inference.*`, as of semantic conventions 1.44. */
export const inferenceMetrics = {
  duration: { ...operationMetrics.duration, name: 'gen_ai.client.inference.duration' },
  firstChunk: { ...operationMetrics.firstChunk, name: 'gen_ai.client.inference.time_to_first_chunk' },
  perChunk: { ...operationMetrics.perChunk, name: 'gen_ai.client.inference.time_per_output_chunk' },
  inputTokens: {
    name: 'gen_ai.client.inference.operation.input_tokens',
    instrument: 'histogram',
    unit: '{token}',
    meaning: 'Input tokens of each call.',
  },
  outputTokens: {
    name: 'gen_ai.client.inference.operation.output_tokens',
    instrument: 'histogram',
    unit: '{token}',
    meaning: 'Output tokens of each call.',
  },
  inputUsage: {
    name: 'gen_ai.client.inference.usage.input_tokens',
    instrument: 'counter',
    unit: '{token}',
    meaning: 'Input tokens spent, cached ones included.',
  },
  outputUsage: {
    name: 'gen_ai.client.inference.usage.output_tokens',
    instrument: 'counter',
    unit: '{token}',
    meaning: 'Output tokens spent, reasoning included.',
  },
  cacheReadUsage: {
    name: 'gen_ai.client.inference.usage.cache_read.input_tokens',
    instrument: 'counter',
    unit: '{token}',
    meaning: 'Input tokens that came from a cache.',
  },
  reasoningUsage: {
    name: 'gen_ai.client.inference.usage.reasoning.output_tokens',
    instrument: 'counter',
    unit: '{token}',
    meaning: 'Output tokens spent on reasoning.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** What the SDK keeps in places of limited size, besides spans. */
export const droppedKinds = ['vendor_retry', 'open_stream'] as const;
export type DroppedKind = (typeof droppedKinds)[number];

/** What the conventions lack. */
export const weirMetrics = {
  ended: {
    name: 'weir.client.stream.ended',
    instrument: 'counter',
    unit: '{stream}',
    meaning: 'Streams that have ended, by outcome and reason.',
  },
  errors: {
    name: 'weir.sdk.errors',
    instrument: 'counter',
    unit: '{error}',
    meaning: 'Errors of the SDK, or of callbacks, that it kept from the application.',
  },
  lostSpans: {
    name: 'weir.export.lost_spans',
    instrument: 'counter',
    unit: '{span}',
    meaning: 'Spans that were never sent, by error.type.',
  },
  decisions: {
    name: 'weir.client.request.decisions',
    instrument: 'counter',
    unit: '{decision}',
    meaning:
      'What resilience helpers did after a failed attempt, by weir.decision, weir.decision.because and error.type.',
  },
  dropped: {
    name: 'weir.sdk.dropped',
    instrument: 'counter',
    unit: '{item}',
    meaning:
      'What the SDK had no room to keep, by weir.dropped.kind: vendor_retry, a failed attempt that its retry will not be linked to; open_stream, a stream that the end of the process will not report.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Bucket boundaries that the conventions recommend for every time, s. */
export const secondsBoundaries: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/** The same for tokens: powers of 4. */
export const tokenBoundaries: readonly number[] = Array.from({ length: 14 }, (_, power) => 4 ** power);
