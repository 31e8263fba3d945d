import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import { type AttributeName, attributes, type StreamFacts } from '@weir/schemas/attributes';

export interface StreamMetrics {
  /** Counts one attempt that has ended. */
  ended(facts: StreamFacts, durationSeconds: number): void;
  /** Counts a bug of ours that was kept from the application. */
  bug(): void;
}

/** Bucket boundaries that the GenAI conventions recommend for durations, s. */
const durationBoundaries = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/** The same for the time to the first chunk. */
const firstChunkBoundaries = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
const tokenBoundaries = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** What the conventions group client metrics by. Ids and free text stay out: a label set must be bounded. */
const groupedBy = [
  'operation',
  'provider',
  'model',
  'responseModel',
  'serverAddress',
  'serverPort',
  'errorType',
] as const satisfies readonly AttributeName[];

const endedBy = ['outcome', 'reason', 'stage', 'initiator'] as const satisfies readonly AttributeName[];

/**
 * Metrics as the GenAI conventions name them, and beside them `weir.client.stream.ended`, which counts every ending by
 * outcome and reason: failures over all but aborted is the failure rate.
 */
export function createStreamMetrics(meter: Meter): StreamMetrics {
  const duration = meter.createHistogram('gen_ai.client.operation.duration', {
    description: 'GenAI operation duration.',
    unit: 's',
    advice: { explicitBucketBoundaries: durationBoundaries },
  });
  const firstChunk = meter.createHistogram('gen_ai.client.operation.time_to_first_chunk', {
    description: 'Time from the call to the first content chunk.',
    unit: 's',
    advice: { explicitBucketBoundaries: firstChunkBoundaries },
  });
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    description: 'Tokens used, as the provider counts them.',
    unit: '{token}',
    advice: { explicitBucketBoundaries: tokenBoundaries },
  });
  const ended = meter.createCounter('weir.client.stream.ended', {
    description: 'Streams that have ended, by outcome and termination reason.',
    unit: '{stream}',
  });
  const bugs = meter.createCounter('weir.sdk.errors', {
    description: 'Errors inside the instrumentation that were kept from the application.',
    unit: '{error}',
  });
  return {
    ended(facts, durationSeconds) {
      const group = labels(facts, groupedBy);
      duration.record(durationSeconds, group);
      if (facts.ttftSeconds !== undefined) firstChunk.record(facts.ttftSeconds, group);
      recordTokens(tokens, facts, group);
      countEnding(ended, facts, group);
    },
    bug: () => bugs.add(1),
  };
}

function recordTokens(tokens: Histogram, facts: StreamFacts, group: Attributes): void {
  const record = (type: 'input' | 'output', count: number | undefined) => {
    if (count !== undefined) tokens.record(count, { ...group, 'gen_ai.token.type': type });
  };
  record('input', facts.inputTokens);
  record('output', facts.outputTokens);
}

function countEnding(ended: Counter, facts: StreamFacts, group: Attributes): void {
  ended.add(1, { ...group, ...labels(facts, endedBy) });
}

function labels(facts: StreamFacts, names: readonly AttributeName[]): Attributes {
  const known: Attributes = {};
  for (const name of names) {
    const value = facts[name];
    if (typeof value === 'string' || typeof value === 'number') known[attributes[name].key] = value;
  }
  return known;
}
