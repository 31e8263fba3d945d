import { gapBucketSeconds } from '@weir/schemas/gap-buckets';

export interface GapBar {
  readonly seconds: number;
  readonly gaps: number;
}

/** Log buckets are merged in threes: single ones are finer than a bar. */
const merged = 3;

/** @returns merged buckets from the shortest gap to the longest, empty ones included. */
export function gapBars(histogram: Readonly<Record<string, number>>): readonly GapBar[] {
  const counts = new Map<number, number>();
  for (const [bucket, gaps] of Object.entries(histogram)) {
    const group = Math.floor(Number(bucket) / merged);
    counts.set(group, (counts.get(group) ?? 0) + gaps);
  }
  if (counts.size === 0) return [];
  const first = Math.min(...counts.keys());
  const last = Math.max(...counts.keys());
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    seconds: gapBucketSeconds((first + index) * merged + 1),
    gaps: counts.get(first + index) ?? 0,
  }));
}
