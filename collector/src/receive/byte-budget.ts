/** Bounds the bytes of all requests under way together, so that many large bodies at once cannot exhaust memory. */
export interface ByteBudget {
  /** @returns false, and takes nothing, when that would exceed the budget while something else is under way */
  take(bytes: number): boolean;
  give(bytes: number): void;
  readonly taken: number;
}

export function createByteBudget(limit: number): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      // A single request always fits: the limit on bodies bounds it.
      if (taken > 0 && taken + bytes > limit) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
    get taken() {
      return taken;
    },
  };
}
