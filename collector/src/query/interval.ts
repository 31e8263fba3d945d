const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths that people read off a time axis without thinking. */
const naturalWidthsMs: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28, 91, 364].map((count) => count * DAY),
];

/** The buckets of a time axis, aligned to the Unix epoch; the first and the last may reach beyond the range. */
export interface TimeAxis {
  readonly widthMs: number;
  /** Number of the first bucket: its start divided by the width. */
  readonly first: number;
  readonly count: number;
}

/**
 * Chooses the smallest natural width of which at most `atMost` fit into the range. A range that does not begin on a
 * boundary touches one bucket more.
 */
export function timeAxis(fromMs: number, toMs: number, atMost: number): TimeAxis {
  const length = toMs - fromMs;
  const widthMs =
    naturalWidthsMs.find((width) => length <= width * atMost) ?? Math.ceil(length / atMost / DAY) * DAY;
  const first = Math.floor(fromMs / widthMs);
  return { widthMs, first, count: Math.ceil(toMs / widthMs) - first };
}

/** @returns Unix milliseconds of each bucket's start. */
export function bucketStarts(axis: TimeAxis): number[] {
  return Array.from({ length: axis.count }, (_, index) => (axis.first + index) * axis.widthMs);
}
