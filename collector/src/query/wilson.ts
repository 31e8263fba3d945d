/** 97.5 % point of the normal distribution: two-sided 95 %. */
const Z = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson score interval of a proportion, 95 %.
 *
 * @param rate the observed proportion, 0 to 1
 * @param trials how many observations it rests on; need not be whole
 * @see E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927)
 */
export function wilsonInterval(rate: number, trials: number): Interval | null {
  if (!(trials > 0)) return null;
  const spread = (Z * Z) / trials;
  const center = (rate + spread / 2) / (1 + spread);
  const margin = (Z / (1 + spread)) * Math.sqrt((rate * (1 - rate)) / trials + spread / (4 * trials));
  return {
    low: rate <= 0 ? 0 : Math.max(0, center - margin),
    high: rate >= 1 ? 1 : Math.min(1, center + margin),
  };
}

/**
 * How many unweighted observations are worth as much as weighted ones (Kish's effective sample size): sampled streams
 * stand for many, but say no more about the rate than the few that they are.
 */
export function effectiveTrials(sumOfWeights: number, sumOfSquaredWeights: number): number {
  return sumOfSquaredWeights > 0 ? (sumOfWeights * sumOfWeights) / sumOfSquaredWeights : 0;
}
