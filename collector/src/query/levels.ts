/** A resolution of the rollups: slots of this length, aligned to the Unix epoch. */
export interface Level {
  readonly seconds: number;
  /** Slots with fewer streams are left to `streams`, where so few are read as fast. */
  readonly minimumStreams: number;
  /** Slots that began longer ago are not made again, and their rows expire. */
  readonly days: number;
}

/**
 * Finest first; each is a multiple of the one before. Five minutes are for the last days, where panels have buckets of
 * less than an hour; six hours are a sixth of the slots of a month.
 */
export const levels: readonly Level[] = [
  { seconds: 300, minimumStreams: 5_000, days: 2 },
  { seconds: 3_600, minimumStreams: 0, days: 400 },
  { seconds: 21_600, minimumStreams: 0, days: 400 },
];

/** Attempts of requests are kept by slots of this level. */
export const requestLevelSeconds = 3_600;
