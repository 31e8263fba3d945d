/**
 * `starting`: not usable yet. `ready`: answers. `restarting`: was ready, does not answer now and is expected back.
 * `stopped`: by the operator, for good.
 */
export type EngineStatus = 'starting' | 'ready' | 'restarting' | 'stopped';

export interface StatusCell {
  get(): EngineStatus;
  /** Tells the listeners unless nothing changed. */
  set(next: EngineStatus): void;
  /** Calls the listener on every change; returns the function that ends it. */
  onStatus(listener: (status: EngineStatus) => void): () => void;
}

export function createStatusCell(): StatusCell {
  const listeners = new Set<(status: EngineStatus) => void>();
  let status: EngineStatus = 'starting';
  return {
    get: () => status,
    set(next) {
      if (next === status) return;
      status = next;
      for (const listener of listeners) listener(next);
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
