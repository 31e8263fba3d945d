import { gapBuckets } from '@weir/schemas/gap-buckets';
import {
  type StorageKind,
  type StreamField,
  type StreamRecord,
  streamColumns,
} from '@weir/schemas/stream-record';
import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/** Values that SQL, CSV, URLs or our own words for absent values could trip over are in every pool. */
export const valuePools = {
  model: ['gpt-5', 'claude-sonnet', 'other', '模型-Ω🌊', 'o\'reilly"\\n`x`', "'; DROP TABLE streams; --"],
  attachmentClass: ['none', 'pdf', 'image', 'mixed', 'other'],
  networkType: ['wifi', 'unknown', 'cell', 'wired'],
  provider: ['openai', 'anthropic', 'tab\tand\nnewline', '{p1:String}', 'ärger %00 \u0001'],
  providerErrorCode: ['', 'overloaded_error', 'none', 'unknown'],
  userHash: ['', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9', 'U1'],
  country: ['DE', 'US', 'unknown', 'JP'],
  vantage: ['consumer', 'producer', 'browser'],
  team: ['', 'search', 'größe', "it's", 'unknown'],
} as const;

const endings: readonly [TerminationReason, ...TerminationReason[]] = [
  'completed',
  'length',
  'client_abort',
  'reset',
  'tool_call',
  'truncated',
  'lost',
  'page_closed',
  'unknown',
];

/** Sums of these are exact in floating point. */
const weights: readonly [number, ...number[]] = [1, 1, 2, 10, 0.5, 3.25];

export interface GeneratedStreams {
  readonly seed: number;
  readonly count: number;
  /** Unix milliseconds, half-open. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Streams of every ending, weight and dimension, in no order of time, with requests of up to four attempts. */
export function generateStreams(wanted: GeneratedStreams): StreamRecord[] {
  const random = seededRandom(wanted.seed);
  const records: StreamRecord[] = [];
  for (let request = 0; records.length < wanted.count; request += 1) {
    const attempts = random.chance(0.25) ? 2 + random.below(3) : 1;
    const requestId = random.chance(0.2) ? '' : `request-${wanted.seed}-${request}`;
    const knowsFinal = random.chance(0.7);
    for (let attempt = 1; attempt <= attempts && records.length < wanted.count; attempt += 1) {
      records.push({
        ...oneStream(random, wanted),
        requestId,
        attempt: random.chance(0.9) ? attempt : null,
        finalAttempt: knowsFinal ? attempt === attempts : null,
      });
    }
  }
  return records;
}

const emptyValues: { readonly [K in StorageKind]: StreamRecord[StreamField] } = {
  id: '',
  dimension: 'unknown',
  label: '',
  text: '',
  time: 0,
  seconds: null,
  number: null,
  count: null,
  size: null,
  flag: null,
  weight: 1,
  texts: [],
  counts: [],
  secondsList: [],
  map: {},
  histogram: [],
};

/** A stream of which nothing is known. */
export const emptyRecord = Object.fromEntries(
  streamColumns.map(({ field, kind }) => [field, emptyValues[kind]]),
) as unknown as StreamRecord;

function oneStream(random: SeededRandom, { fromMs, toMs }: GeneratedStreams): StreamRecord {
  const reason = random.skewed(endings);
  const endedAt = fromMs + random.below(toMs - fromMs);
  const durationSeconds = optional(random, 0.95, () => 60 * random.next() ** 3);
  return {
    ...emptyRecord,
    project: random.chance(0.95) ? 'default' : 'another',
    traceId: hexadecimal(random, 32),
    spanId: hexadecimal(random, 16),
    endedAt,
    startedAt: endedAt - Math.round(1_000 * (durationSeconds ?? 0)),
    receivedAt: endedAt + random.below(5_000),
    durationSeconds,
    reason,
    outcome: outcomeOf(reason),
    model: random.skewed(valuePools.model),
    attachmentClass: random.skewed(valuePools.attachmentClass),
    networkType: random.skewed(valuePools.networkType),
    provider: random.skewed(valuePools.provider),
    providerErrorCode: random.skewed(valuePools.providerErrorCode),
    userHash: random.skewed(valuePools.userHash),
    country: random.skewed(valuePools.country),
    vantage: random.skewed(valuePools.vantage),
    customDimensions: customDimensions(random),
    httpStatus: optional(random, 0.8, () => random.skewed([200, 429, 503])),
    proxy: optional(random, 0.6, () => random.chance(0.3)),
    ttftSeconds: optional(random, 0.8, () => 0.05 + 10 * random.next() ** 4),
    maxGapSeconds: optional(random, 0.7, () => (random.chance(0.05) ? 0 : 30 * random.next() ** 5)),
    maxGapIndex: optional(random, 0.5, () => random.below(100)),
    chunks: optional(random, 0.9, () => (random.chance(0.2) ? 0 : random.below(500))),
    stallAtEnd: optional(random, 0.5, () => random.chance(0.3)),
    gapHistogram: histogram(random),
    sampleWeight: random.skewed(weights),
  };
}

/** Floats as the Float32 columns keep them. */
function optional<T extends number | boolean>(
  random: SeededRandom,
  probability: number,
  value: () => T,
): T | null {
  if (!random.chance(probability)) return null;
  const drawn = value();
  return typeof drawn === 'number' ? (Math.fround(drawn) as T) : drawn;
}

function customDimensions(random: SeededRandom): Record<string, string> {
  const team = random.skewed(valuePools.team);
  return team === '' ? {} : { team, "odd 'name'": 'x' };
}

function histogram(random: SeededRandom): number[] {
  const buckets = new Set(Array.from({ length: random.below(6) }, () => random.below(gapBuckets.count)));
  return [...buckets].flatMap((bucket) => [bucket, 1 + random.below(50)]);
}

function hexadecimal(random: SeededRandom, digits: number): string {
  return Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
}
