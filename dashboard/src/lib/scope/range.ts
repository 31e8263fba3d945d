/** A time range: the last so-and-so long, or two fixed points. */
export type Range =
  | { readonly kind: 'relative'; readonly preset: RangePreset }
  | { readonly kind: 'absolute'; readonly fromMs: number; readonly toMs: number };

interface PresetDefinition {
  readonly seconds: number;
  /** As in "in the last …" and "the … before". */
  readonly words: string;
  /** How often a live page asks again, s. */
  readonly refreshSeconds: number;
}

export const rangePresets = {
  '15m': { seconds: 900, words: '15 minutes', refreshSeconds: 5 },
  '1h': { seconds: 3600, words: 'hour', refreshSeconds: 10 },
  '6h': { seconds: 21_600, words: '6 hours', refreshSeconds: 30 },
  '24h': { seconds: 86_400, words: '24 hours', refreshSeconds: 60 },
  '7d': { seconds: 604_800, words: '7 days', refreshSeconds: 300 },
  '30d': { seconds: 2_592_000, words: '30 days', refreshSeconds: 900 },
} as const satisfies Record<string, PresetDefinition>;

export type RangePreset = keyof typeof rangePresets;

export const presetNames = Object.keys(rangePresets) as readonly RangePreset[];

export const defaultPreset: RangePreset = '1h';

export function isRangePreset(value: unknown): value is RangePreset {
  return typeof value === 'string' && Object.hasOwn(rangePresets, value);
}

export interface ResolvedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @returns the two ends of a range as seen at `nowMs`. */
export function resolveRange(range: Range, nowMs: number): ResolvedRange {
  if (range.kind === 'absolute') return { fromMs: range.fromMs, toMs: range.toMs };
  return { fromMs: nowMs - rangePresets[range.preset].seconds * 1000, toMs: nowMs };
}

/** @returns the range of the same length that ends where this one begins. */
export function rangeBefore({ fromMs, toMs }: ResolvedRange): ResolvedRange {
  return { fromMs: 2 * fromMs - toMs, toMs: fromMs };
}
