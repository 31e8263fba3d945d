/** Tells when an object has become garbage. The listener must not hold the object. */
export interface GarbageWatch {
  /** @param token stops the watch when passed to `forget`. */
  onCollected(target: object, listener: () => void, token: object): void;
  forget(token: object): void;
}

/** Without `FinalizationRegistry` nothing is ever told, and the stream ends when the process does. */
export const garbageWatch: GarbageWatch = createGarbageWatch();

function createGarbageWatch(): GarbageWatch {
  if (typeof FinalizationRegistry === 'undefined') {
    return { onCollected: () => undefined, forget: () => undefined };
  }
  const registry = new FinalizationRegistry<() => void>((listener) => listener());
  return {
    onCollected: (target, listener, token) => registry.register(target, listener, token),
    forget: (token) => void registry.unregister(token),
  };
}
