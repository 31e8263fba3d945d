import type { KeyStore } from './key-store.ts';

/** When keys were last used, by this collector or another. */
export interface KeyUse {
  /** Unix milliseconds; undefined: never, as far as is known. */
  lastUsedAt(keyId: string): number | undefined;
  /** Tells the other collectors, and learns from them. */
  exchange(): Promise<void>;
}

/** @param lastSeen when this collector saw each key, Unix milliseconds */
export function createKeyUse(
  store: Pick<KeyStore, 'lastUses' | 'putUses'>,
  lastSeen: () => ReadonlyMap<string, number>,
): KeyUse {
  let stored: ReadonlyMap<string, number> = new Map();
  return {
    lastUsedAt(keyId) {
      const times = [stored.get(keyId), lastSeen().get(keyId)].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.max(...times);
    },
    async exchange() {
      const newer = [...lastSeen()].filter(([keyId, at]) => at > (stored.get(keyId) ?? 0));
      await store.putUses(new Map(newer));
      stored = await store.lastUses();
    },
  };
}
