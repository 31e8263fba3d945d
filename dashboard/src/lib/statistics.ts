/** Whether differences between failure rates are more than chance. */

export interface Proportion {
  readonly failed: number;
  /** Streams that are judged: all but the aborted ones. */
  readonly judged: number;
}

/** Below this many judged streams a rate is shown pale, with its n, and nothing is concluded from it. */
export const minimumVolume = 20;

export function rateOf({ failed, judged }: Proportion): number {
  return judged > 0 ? failed / judged : 0;
}

/** @returns the z value of the difference of two proportions (pooled), positive when `a` is the larger. */
export function differenceInZ(a: Proportion, b: Proportion): number {
  if (a.judged === 0 || b.judged === 0) return 0;
  const pooled = (a.failed + b.failed) / (a.judged + b.judged);
  const variance = pooled * (1 - pooled) * (1 / a.judged + 1 / b.judged);
  return variance === 0 ? 0 : (rateOf(a) - rateOf(b)) / Math.sqrt(variance);
}

/** Two-sided 99 %. */
const significantZ = 2.58;

export type Change = 'up' | 'down' | 'same' | 'unclear';

/** @returns how `now` compares with `before`; `unclear` when either has too few streams to say. */
export function changeOf(now: Proportion, before: Proportion): Change {
  if (now.judged < minimumVolume || before.judged < minimumVolume) return 'unclear';
  const z = differenceInZ(now, before);
  if (Math.abs(z) < significantZ) return 'same';
  return z > 0 ? 'up' : 'down';
}
