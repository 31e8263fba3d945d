import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import { type AttributeName, attributes, type StreamFacts } from '@weir/schemas/attributes';
import { gapBucketSeconds } from '@weir/schemas/gap-buckets';
import {
  type DroppedKind,
  inferenceMetrics,
  type MetricDefinition,
  operationMetrics,
  secondsBoundaries,
  tokenBoundaries,
  weirMetrics,
} from '@weir/schemas/metrics';

/** Which metrics are recorded, beside the SDK's own. */
export interface MetricOptions {
  /**
   * Names by the GenAI conventions: `operation` are the older ones (`gen_ai.client.operation.*`), `inference` those that
   * replace them (`gen_ai.client.inference.*`). Default: `inference` if `OTEL_SEMCONV_STABILITY_OPT_IN` lists
   * `gen_ai_latest_experimental`, else `operation`.
   */
  readonly names?: 'operation' | 'inference' | 'both';
  /**
   * Records `time_per_output_chunk` too: one value for each gap, when a stream ends, which costs about a microsecond
   * each. Gaps are those of the span: without the time in which nobody read, and off by 4.9 % at most. Default: false.
   */
  readonly chunkTimes?: boolean;
}

export interface StreamMetrics {
  /** Counts one attempt that has ended. */
  ended(facts: StreamFacts, durationSeconds: number): void;
  /** Counts a bug of ours that was kept from the application. */
  bug(): void;
  /** Counts what there was no room to keep. */
  dropped(kind: DroppedKind): void;
  /** Counts what a resilience helper did after an attempt that ended by `reason`. */
  decided(reason: string, decision: CountedDecision): void;
}

export interface CountedDecision {
  readonly status: string;
  readonly because?: string;
}

/** What the conventions group client metrics by. Ids and free text stay out: a label set must be bounded. */
const groupedBy = [
  'operation',
  'provider',
  'model',
  'responseModel',
  'serverAddress',
  'serverPort',
] as const satisfies readonly AttributeName[];
const endings = ['outcome', 'reason', 'stage', 'initiator'] as const satisfies readonly AttributeName[];

/** The label sets of one ended stream, each made once. */
interface Labels {
  readonly group: Attributes;
  readonly withErrorType: Attributes;
}

/** Records one ended stream under the names of one generation. */
type Recorder = (facts: StreamFacts, durationSeconds: number, labels: Labels) => void;

/**
 * Metrics as the GenAI conventions name them, and beside them `weir.client.stream.ended`, which counts every ending by
 * outcome and reason: failures over all but aborted is the failure rate.
 */
export function createStreamMetrics(meter: Meter, options: Required<MetricOptions>): StreamMetrics {
  const { names, chunkTimes } = options;
  const recorders = [
    ...(names === 'inference' ? [] : [operationRecorder(meter, chunkTimes)]),
    ...(names === 'operation' ? [] : [inferenceRecorder(meter, chunkTimes)]),
  ];
  const ended = counter(meter, weirMetrics.ended);
  const bugs = counter(meter, weirMetrics.errors);
  const dropped = counter(meter, weirMetrics.dropped);
  const decisions = counter(meter, weirMetrics.decisions);
  return {
    ended(facts, durationSeconds) {
      const group = labels(facts, groupedBy);
      const withErrorType = { ...group, ...labels(facts, ['errorType']) };
      for (const record of recorders) record(facts, durationSeconds, { group, withErrorType });
      ended.add(1, { ...withErrorType, ...labels(facts, endings) });
    },
    bug: () => bugs.add(1),
    dropped: (kind) => dropped.add(1, { 'weir.dropped.kind': kind }),
    decided: (reason, { status, because }) =>
      decisions.add(1, {
        [attributes.errorType.key]: reason,
        'weir.decision': status,
        ...(because === undefined ? {} : { 'weir.decision.because': because }),
      }),
  };
}

/** Counts spans that were never sent. @param cause low in cardinality. */
export function countLostSpans(meter: Meter, spans: number, cause: string): void {
  counter(meter, weirMetrics.lostSpans).add(spans, { [attributes.errorType.key]: cause });
}

function operationRecorder(meter: Meter, chunkTimes: boolean): Recorder {
  const times = timeRecorder(meter, operationMetrics, chunkTimes);
  const tokens = histogram(meter, operationMetrics.tokens);
  return (facts, durationSeconds, labels) => {
    times(facts, durationSeconds, labels);
    const { group } = labels;
    const { inputTokens, outputTokens } = facts;
    if (inputTokens !== undefined) tokens.record(inputTokens, { ...group, 'gen_ai.token.type': 'input' });
    if (outputTokens !== undefined) tokens.record(outputTokens, { ...group, 'gen_ai.token.type': 'output' });
  };
}

function inferenceRecorder(meter: Meter, chunkTimes: boolean): Recorder {
  const times = timeRecorder(meter, inferenceMetrics, chunkTimes);
  const distributions = [
    ['inputTokens', histogram(meter, inferenceMetrics.inputTokens)],
    ['outputTokens', histogram(meter, inferenceMetrics.outputTokens)],
  ] as const;
  const usage = [
    ['inputTokens', counter(meter, inferenceMetrics.inputUsage)],
    ['outputTokens', counter(meter, inferenceMetrics.outputUsage)],
    ['cacheReadTokens', counter(meter, inferenceMetrics.cacheReadUsage)],
    ['reasoningTokens', counter(meter, inferenceMetrics.reasoningUsage)],
  ] as const;
  return (facts, durationSeconds, labels) => {
    times(facts, durationSeconds, labels);
    for (const [name, each] of distributions) {
      const tokens = facts[name];
      if (tokens !== undefined) each.record(tokens, labels.withErrorType);
    }
    // Providers tell totals; which of them are of images or sound is not told in a common way.
    const spent = { ...labels.group, 'gen_ai.token.modality': 'unknown' };
    for (const [name, total] of usage) {
      const tokens = facts[name];
      if (tokens !== undefined) total.add(tokens, spent);
    }
  };
}

/** The times have other names in each generation, and the same meaning. */
function timeRecorder(
  meter: Meter,
  metrics: typeof operationMetrics | typeof inferenceMetrics,
  chunkTimes: boolean,
): Recorder {
  const duration = histogram(meter, metrics.duration);
  const firstChunk = histogram(meter, metrics.firstChunk);
  const perChunk = chunkTimes ? histogram(meter, metrics.perChunk) : undefined;
  return (facts, durationSeconds, { group, withErrorType }) => {
    duration.record(durationSeconds, withErrorType);
    if (facts.ttftSeconds !== undefined) firstChunk.record(facts.ttftSeconds, group);
    if (perChunk !== undefined) recordGaps(perChunk, facts.gapHistogram ?? [], group);
  };
}

/** @param gaps bucket, count, bucket, count, … on the scale of `gap-buckets`. */
function recordGaps(perChunk: Histogram, gaps: readonly number[], group: Attributes): void {
  for (let at = 0; at + 1 < gaps.length; at += 2) {
    const seconds = gapBucketSeconds(gaps[at] ?? 0);
    for (let times = gaps[at + 1] ?? 0; times > 0; times--) perChunk.record(seconds, group);
  }
}

function histogram(meter: Meter, { name, unit, meaning }: MetricDefinition): Histogram {
  const boundaries = unit === 's' ? secondsBoundaries : tokenBoundaries;
  return meter.createHistogram(name, {
    description: meaning,
    unit,
    advice: { explicitBucketBoundaries: [...boundaries] },
  });
}

function counter(meter: Meter, { name, unit, meaning }: MetricDefinition): Counter {
  return meter.createCounter(name, { description: meaning, unit });
}

function labels(facts: StreamFacts, names: readonly AttributeName[]): Attributes {
  const known: Attributes = {};
  for (const name of names) {
    const value = facts[name];
    if (typeof value === 'string' || typeof value === 'number') known[attributes[name].key] = value;
  }
  return known;
}
