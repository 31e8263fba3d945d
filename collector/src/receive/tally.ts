/** Why a span was refused. It is in `rejected_spans` of the answer and in the metrics. */
export const rejections = {
  invalid_id: 'trace id or span id missing or of the wrong length',
  no_time: 'start or end time missing',
  ended_before_start: 'end before start',
  future: 'end more than 10 minutes in the future: check the clock of the sender',
  too_old: 'start longer ago than streams are kept (30 days)',
} as const;
export type Rejection = keyof typeof rejections;

/** Why a span was accepted without becoming a stream. */
export const skips = {
  unrelated: 'says nothing of a model call',
  sampled_out: 'dropped by the sampling of its sender, which counts others for it',
  observed: 'encloses a call whose stream the Weir SDK reports',
  not_a_model_call: 'agent, tool, chain, embedding or a wrapper around model calls',
} as const;
export type Skip = keyof typeof skips;

/** What of a span was not kept as it was. */
export const alterations = {
  text_cut: 'text longer than its limit',
  list_cut: 'list longer than its limit',
  dimension_dropped: 'more than 16 custom dimensions, or a name longer than 64 characters',
  value_dropped: 'value of the wrong type or out of range',
} as const;
export type Alteration = keyof typeof alterations;

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
}

export function createTally(): Tally {
  return {
    stored: 0,
    duplicates: 0,
    lostBySender: 0,
    rejected: new Map(),
    skipped: new Map(),
    altered: new Map(),
  };
}

export function count<K>(counts: Map<K, number>, key: K, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}

export function total(counts: ReadonlyMap<unknown, number>): number {
  let sum = 0;
  for (const value of counts.values()) sum += value;
  return sum;
}
