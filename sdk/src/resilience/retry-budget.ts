/**
 * Bounds the load that retries add when a provider is down: a bucket of tokens that every retry takes one from, and
 * every answered request gives a fraction back to.
 */
export interface RetryBudget {
  /** What is left, at most the capacity. */
  readonly tokens: number;
  /** Retries that were not made because the bucket was empty. */
  readonly refused: number;
  /** @returns whether a retry may be made; then it has been paid for. */
  take(): boolean;
  /** A request was answered. */
  answered(): void;
}

export interface RetryBudgetOptions {
  /** Retries that may be made in a row. Default 10. */
  readonly capacity?: number;
  /** What an answered request gives back. Default 0.1: in the long run one retry for ten answers. */
  readonly refill?: number;
}

/** @returns a budget for one policy, or for several that load the same provider. */
export function createRetryBudget({ capacity = 10, refill = 0.1 }: RetryBudgetOptions = {}): RetryBudget {
  let tokens = capacity;
  let refused = 0;
  return {
    get tokens() {
      return tokens;
    },
    get refused() {
      return refused;
    },
    take() {
      if (tokens < 1) {
        refused++;
        return false;
      }
      tokens -= 1;
      return true;
    },
    answered() {
      // Tenths do not add up to ones in binary.
      tokens = Math.min(capacity, Math.round((tokens + refill) * 1e6) / 1e6);
    },
  };
}
