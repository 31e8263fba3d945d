import { maxCustomDimensions, maxDimensionValueLength } from '@weir/schemas/attributes';
import { gapBuckets } from '@weir/schemas/gap-buckets';
import type { StreamField } from '@weir/schemas/stream-record';

/** Sizes that one stored stream keeps to, whatever a span says. What is cut off is counted. */
export const limits = {
  /** Resources, scopes and spans of a request together: a few bytes each can be, and each costs time. */
  requestParts: 131_072,
  /** Attributes that are read of a resource or a span. */
  attributes: 1_024,
  /** Characters of a value that panels group by. */
  dimensionLength: maxDimensionValueLength,
  customDimensions: maxCustomDimensions,
  /** Characters of the name of a custom dimension. */
  customDimensionNameLength: 64,
  /** Distinct custom dimensions of a project within two windows. */
  projectDimensions: 64,
  /** Distinct values of any dimension of a project within two windows; the rest reads `other`. */
  dimensionValues: 1_000,
  valueWindowMs: 3_600_000,
  /** Characters of an id or other free text. */
  textLength: 256,
  /** Entries of a list of words. */
  texts: 16,
  /** Entries of a list of numbers. */
  numbers: 256,
  /** Entries of the gap histogram, two to a bucket. */
  histogram: 2 * gapBuckets.count,
} as const;

const longTexts: { readonly [F in StreamField]?: number } = { statusMessage: 1_024, initiatorEvidence: 512 };

export function textLengthOf(field: StreamField): number {
  return longTexts[field] ?? limits.textLength;
}

/** Clocks of senders run ahead by seconds to minutes; more than this is a wrong clock. */
export const maxFutureMs = 10 * 60_000;

/** How long streams are kept where nobody says otherwise: an older one would be deleted at once. */
export const defaultMaxAgeMs = 30 * 24 * 3_600_000;
