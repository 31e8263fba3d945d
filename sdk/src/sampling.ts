import type { StreamFacts } from '@weir/schemas/attributes';

/**
 * Share of the normal streams to keep, over 0 and at most 1; or what says it for one normal stream from its facts, where
 * undefined keeps it.
 */
export type SampleOption = number | ((stream: StreamFacts) => number | undefined);

/**
 * Whether a stream is always kept: it did not complete, it was slow or stalled, some of it did not decode, or its
 * request took more than one attempt. Slow is a first chunk that took as long as a stall.
 */
export function isAbnormal(stream: StreamFacts): boolean {
  return stream.outcome !== 'completed' || isSlow(stream) || isDamaged(stream) || isOneOfSeveral(stream);
}

function isSlow({ stalls, stallAtEnd, ttftSeconds, stallThresholdSeconds }: StreamFacts): boolean {
  if (above(stalls, 0) || stallAtEnd === true) return true;
  return stallThresholdSeconds !== undefined && (ttftSeconds ?? 0) >= stallThresholdSeconds;
}

const isDamaged = ({ malformedEvents }: StreamFacts) => above(malformedEvents, 0);

function isOneOfSeveral({ attempt, resendCount, finalAttempt }: StreamFacts): boolean {
  return above(attempt, 1) || above(resendCount, 0) || finalAttempt === false;
}

const above = (count: number | undefined, limit: number) => count !== undefined && count > limit;

/**
 * Decides about a stream that has ended.
 *
 * @param key what streams have in common that are kept or dropped together, in every process.
 * @returns how many streams this one stands for: 1 when it is abnormal, 1/share when it is normal and kept, 0 when it is
 *   dropped. Each stream counts for one on average, so sums of weights estimate counts without bias.
 * @throws {RangeError} on a share of 0 or less, with which no rate could be told, or of more than 1; and whatever the
 *   option throws.
 */
export function sampleWeight(option: SampleOption, stream: StreamFacts, key: string): number {
  if (isAbnormal(stream)) return 1;
  const share = (typeof option === 'number' ? option : option(stream)) ?? 1;
  if (!(share > 0 && share <= 1)) {
    throw new RangeError(
      `weir: \`sample\` must be over 0 and at most 1, and is ${share}; the stream is kept`,
    );
  }
  return position(key) < share ? 1 / share : 0;
}

/**
 * Where a key falls between 0 and 1. FNV-1a with MurmurHash3's finaliser: OpenTelemetry's own samplers compare the bits
 * of the trace id themselves, and two decisions by the same bits would not be independent.
 */
function position(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
