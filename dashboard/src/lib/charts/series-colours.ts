import { useCallback } from 'react';
import { restKey } from './series.ts';

const hues = Array.from({ length: 8 }, (_, index) => `var(--series-${index + 1})`);
const otherColour = 'var(--series-other)';

/** A value keeps its hue for the session, whatever else is shown beside it. */
const assigned = new Map<string, Map<string, string>>();

/**
 * @param dimension values of different dimensions may share hues
 * @param shown values that are drawn together: a value that is new gets a hue that none of them has
 */
export function assignColours(dimension: string, shown: readonly string[]): ReadonlyMap<string, string> {
  const colours = assigned.get(dimension) ?? new Map<string, string>();
  assigned.set(dimension, colours);
  for (const key of shown) {
    if (key === restKey || colours.has(key)) continue;
    const inUse = new Set(shown.map((other) => colours.get(other)));
    colours.set(key, hues.find((hue) => !inUse.has(hue)) ?? otherColour);
  }
  return colours;
}

/** @returns the colour of a value of the dimension. */
export function useSeriesColours(dimension: string, shown: readonly string[]): (key: string) => string {
  const colours = assignColours(dimension, shown);
  return useCallback((key: string) => colours.get(key) ?? otherColour, [colours]);
}
