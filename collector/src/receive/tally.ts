import type { Alteration, Rejection, Skip } from '@weir/schemas/receiving';

/** What became of the spans of one request. */
export interface Tally {
  stored: number;
  /** Spans that were stored before: a repetition, accepted and counted once. */
  duplicates: number;
  /** Spans that the sender says it had to drop before it could send them. */
  lostBySender: number;
  readonly rejected: Map<Rejection, number>;
  readonly skipped: Map<Skip, number>;
  readonly altered: Map<Alteration, number>;
  /** Of them `value_overflow`, by dimension: a field, or a custom one as it travels. */
  readonly overflows: Map<string, number>;
  /** Values that had no place before and have one now, by dimension. */
  readonly admitted: Map<string, string[]>;
}

export function createTally(): Tally {
  return {
    stored: 0,
    duplicates: 0,
    lostBySender: 0,
    rejected: new Map(),
    skipped: new Map(),
    altered: new Map(),
    overflows: new Map(),
    admitted: new Map(),
  };
}

/** All spans that came, whatever became of them. */
export function spansOf({ stored, duplicates, rejected, skipped }: Tally): number {
  return stored + duplicates + total(rejected) + total(skipped);
}

export function count<K>(counts: Map<K, number>, key: K, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}

export function total(counts: ReadonlyMap<unknown, number>): number {
  let sum = 0;
  for (const value of counts.values()) sum += value;
  return sum;
}
