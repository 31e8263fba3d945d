/**
 * What may become of what is sent to the collector, by the codes that answers, metrics, the pipeline API and the
 * dashboard use for it.
 */

/** Why a request is refused as a whole. */
export const refusals = [
  'missing_key',
  'unknown_key',
  'revoked_key',
  'forbidden_origin',
  'rate_limited',
  'undecodable',
  'too_large',
  'unsupported_type',
  'unsupported_method',
  'spool_full',
  'spool_failed',
  'stopping',
  'memory',
  'reader_lost',
  'timeout',
  'cancelled',
  'internal',
] as const;
export type Refusal = (typeof refusals)[number];

/** Why a span was refused. It is in `rejected_spans` of the answer and in the metrics. */
export const rejections = {
  invalid_id: 'trace id or span id missing or of the wrong length',
  no_time: 'start or end time missing',
  ended_before_start: 'end before start',
  future: 'end more than 10 minutes in the future: check the clock of the sender',
  too_old: 'start longer ago than the project keeps its streams (default 30 days)',
} as const;
export type Rejection = keyof typeof rejections;

/** Why a span was accepted without becoming a stream. */
export const skips = {
  unrelated: 'says nothing of a model call',
  sampled_out: 'dropped by the sampling of its sender, which counts others for it',
  open_report: 'reports a stream that has not ended',
  observed: 'encloses a call whose stream the Weir SDK reports',
  not_a_model_call: 'agent, tool, chain, embedding or a wrapper around model calls',
} as const;
export type Skip = keyof typeof skips;

/** What of a span was not kept as it was. */
export const alterations = {
  text_cut: 'text longer than its limit',
  list_cut: 'list longer than its limit',
  attribute_dropped: 'more than 1,024 attributes of a span or resource',
  dimension_dropped:
    'more than 16 custom dimensions of a stream or 64 of a project, or a name longer than 64 characters',
  value_overflow: 'no place among the 1,000 values of its dimension: stored as `other`',
  value_dropped: 'value of the wrong type or out of range',
} as const;
export type Alteration = keyof typeof alterations;

/** Stands for the values of a dimension that are more than it may have. */
export const otherValue = 'other';
