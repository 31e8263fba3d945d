import type { Dimension } from '@weir/schemas/stream-record';

/**
 * Dimensions that panels put beside each other: rollups hold every pair of these. Each one more adds a pair with every
 * other to each slot, so those are here that answer "who, where, with what, how did it end".
 */
export const pairedDimensions = [
  'model',
  'attachment',
  'network',
  'provider',
  'reason',
  'outcome',
  'service',
  'environment',
  'country',
  'region',
  'vantage',
  'initiator',
] as const satisfies readonly Dimension[];

/** Dimensions that rollups hold on their own. The others are ids, or have values without end. */
export const singleDimensions = [
  ...pairedDimensions,
  'responseModel',
  'operation',
  'stage',
  'protocol',
  'serviceVersion',
  'cloudRegion',
  'carrier',
  'effectiveType',
  'networkSubtype',
  'proxy',
  'vpn',
  'userAgent',
  'browserPlatform',
  'pageVisibility',
  'protocolVersion',
  'server',
  'responseServer',
  'httpStatus',
  'errorCode',
  'instrumentation',
  'instrumentationVersion',
] as const satisfies readonly Dimension[];

/** Pairs that distinct users are counted for: a sketch takes up to 3 KB, so these are the pairs with few values. */
const userPairs: ReadonlySet<string> = new Set(['model attachment', 'model network', 'attachment network']);

/** No dimension, one, or two in the order of `pairedDimensions`. */
export type RolledSet = readonly [] | readonly [Dimension] | readonly [Dimension, Dimension];

/** Every set of dimensions that rollups hold counts for. */
export const rolledSets: readonly RolledSet[] = [
  [],
  ...singleDimensions.map((dimension) => [dimension] as const),
  ...pairedDimensions.flatMap((a, place) => pairedDimensions.slice(place + 1).map((b) => [a, b] as const)),
];

/** @returns the set that answers questions about these dimensions; undefined when rollups hold none */
export function rolledSetOf(names: readonly string[]): RolledSet | undefined {
  const wanted = [...new Set(names)];
  return rolledSets.find((set) => set.length === wanted.length && set.every((name) => wanted.includes(name)));
}

export function holdsUsers(set: RolledSet): boolean {
  return set.length < 2 || userPairs.has(set.join(' '));
}

/** Merged histograms of gaps are held for single dimensions: with pairs they would double what rollups cost to make. */
export function holdsGaps(set: RolledSet): boolean {
  return set.length < 2;
}
