/** The payloads that were taken last, by hash. A full window forgets the oldest. */
export interface PayloadWindow {
  has(payloadHash: string): boolean;
  add(payloadHash: string): void;
  /** It was not stored after all. */
  remove(payloadHash: string): void;
}

export function createPayloadWindow(capacity: number): PayloadWindow {
  const known = new Set<string>();
  return {
    has: (payloadHash) => known.has(payloadHash),
    add(payloadHash) {
      known.add(payloadHash);
      if (known.size <= capacity) return;
      const [oldest] = known;
      if (oldest !== undefined) known.delete(oldest);
    },
    remove: (payloadHash) => void known.delete(payloadHash),
  };
}
