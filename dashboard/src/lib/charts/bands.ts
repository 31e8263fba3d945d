/** A stretch of time that a chart marks. */
export interface TimeBand {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @returns the stretches that overlap a range as stretches that do not overlap each other, in order. */
export function mergedBands<Band extends TimeBand>(
  bands: readonly Band[],
  fromMs: number,
  toMs: number,
): readonly TimeBand[] {
  const merged: TimeBand[] = [];
  const within = bands.filter((band) => band.fromMs < toMs && band.toMs > fromMs);
  for (const band of within.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last !== undefined && band.fromMs <= last.toMs) {
      merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, band.toMs) };
    } else {
      merged.push({ fromMs: band.fromMs, toMs: band.toMs });
    }
  }
  return merged;
}
