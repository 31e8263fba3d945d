/** A figure of several rounds: the middle one, and the half of them that lie around it. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** @param values at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

/** @returns the spread of `left[i] - right[i]`, for rounds that were run next to each other. */
export function differenceOf(left: readonly number[], right: readonly number[]): Spread {
  return spreadOf(left.map((value, index) => value - (right[index] ?? Number.NaN)));
}

/** @returns the spread of `left[i] / right[i]`. */
export function ratioOf(left: readonly number[], right: readonly number[]): Spread {
  return spreadOf(left.map((value, index) => value / (right[index] ?? Number.NaN)));
}
