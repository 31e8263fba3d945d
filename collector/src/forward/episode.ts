export interface EpisodeOptions {
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  /** It is over when nothing happened for this long. */
  readonly quietMs: number;
  readonly began: (detail: string) => void;
  readonly ended: () => void;
}

/** Trouble that comes in many pieces, told once when it begins and once when it is over. */
export interface Episode {
  trouble(detail: string): void;
  /** All is well at this moment. */
  calm(): void;
}

export function createEpisode({ now, quietMs, began, ended }: EpisodeOptions): Episode {
  let lastTroubleAt: number | undefined;
  return {
    trouble(detail) {
      if (lastTroubleAt === undefined) began(detail);
      lastTroubleAt = now();
    },
    calm() {
      if (lastTroubleAt === undefined || now() - lastTroubleAt < quietMs) return;
      lastTroubleAt = undefined;
      ended();
    },
  };
}
