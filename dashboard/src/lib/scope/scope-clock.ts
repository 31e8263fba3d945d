/** What "now" is for all panels of a page, so that they answer for one and the same range. */
export interface ScopeClock {
  nowMs(): number;
  /** Moves "now" to the present. */
  advance(): void;
  subscribe(listener: () => void): () => void;
}

/** @param now wall clock, Unix ms. */
export function createScopeClock(now: () => number): ScopeClock {
  const listeners = new Set<() => void>();
  let current = now();
  return {
    nowMs: () => current,
    advance() {
      current = now();
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
