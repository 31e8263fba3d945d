import type { WindowFigures } from './rule-state.ts';

/** Stream ends counted in [at, at + width of the bucket); buckets without any may be left out. */
export interface FailureCount {
  /** Unix milliseconds. */
  readonly at: number;
  /** All but those their user aborted, weighted where they were sampled. */
  readonly streams: number;
  readonly failed: number;
}

export interface SlidingWindow {
  readonly windowSeconds: number;
  readonly delaySeconds: number;
}

/** What has to be counted to know the windows of some instants. Half-open, Unix milliseconds. */
export interface CountedRange {
  readonly from: number;
  readonly to: number;
  /** Every edge of every window falls on an edge of these buckets, counted from `from`. */
  readonly stepSeconds: number;
}

/** @param instants ascending, at least one, `everySeconds` or a multiple apart */
export function countedRange(
  window: SlidingWindow,
  instants: readonly number[],
  everySeconds: number,
): CountedRange {
  const [first = 0] = instants;
  const last = instants.at(-1) ?? first;
  return {
    from: first - (window.delaySeconds + window.windowSeconds) * 1000,
    to: last - window.delaySeconds * 1000,
    stepSeconds:
      instants.length === 1
        ? window.windowSeconds
        : greatestCommonDivisor(window.windowSeconds, everySeconds),
  };
}

/**
 * The figures of the window [at - delay - length, at - delay) for each instant.
 *
 * @param counts ascending, for the `countedRange` of these instants
 */
export function windowFigures(
  window: SlidingWindow,
  instants: readonly number[],
  counts: readonly FailureCount[],
): WindowFigures[] {
  const lengthMs = window.windowSeconds * 1000;
  const delayMs = window.delaySeconds * 1000;
  const streams = runningTotals(counts.map((count) => count.streams));
  const failed = runningTotals(counts.map((count) => count.failed));
  let first = 0;
  let end = 0;
  return instants.map((at) => {
    const to = at - delayMs;
    while (startsBefore(counts[end], to)) end += 1;
    while (startsBefore(counts[first], to - lengthMs)) first += 1;
    return figuresOf(difference(streams, first, end), difference(failed, first, end));
  });
}

function startsBefore(count: FailureCount | undefined, at: number): boolean {
  return count !== undefined && count.at < at;
}

function figuresOf(streams: number, failed: number): WindowFigures {
  return { streams, failed, failureRate: streams > 0 ? failed / streams : null };
}

/** The total before each position, and after the last. */
function runningTotals(values: readonly number[]): number[] {
  const totals = [0];
  for (const value of values) totals.push((totals.at(-1) ?? 0) + value);
  return totals;
}

/** Rounded, because weights are fractions and a difference of sums must not depend on how far the sums go back. */
function difference(totals: readonly number[], first: number, end: number): number {
  return Math.round(((totals[end] ?? 0) - (totals[first] ?? 0)) * 1e6) / 1e6;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
