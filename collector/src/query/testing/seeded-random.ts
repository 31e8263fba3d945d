/** Random choices that a seed repeats. */
export interface SeededRandom {
  /** In [0, 1). */
  next(): number;
  /** Whole, in [0, below). */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** Early items far more often than late ones, as real dimensions are. */
  skewed<T>(items: readonly [T, ...T[]]): T;
}

/** Mulberry32: 32 bits of state are plenty for test data. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    skewed: (items) => items[Math.floor(items.length * next() ** 2)] ?? items[0],
  };
}
