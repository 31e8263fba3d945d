const defaultLimit = 64;
const maxKeyLength = 512;

/**
 * A pure function of a string that remembers its last results: an application calls few endpoints, many times. When
 * `limit` results are kept all are forgotten, and a long key is not kept at all.
 */
export function remembered<T>(compute: (key: string) => T, limit = defaultLimit): (key: string) => T {
  const known = new Map<string, { readonly result: T }>();
  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept.result;
    const result = compute(key);
    if (known.size >= limit) known.clear();
    if (key.length <= maxKeyLength) known.set(key, { result });
    return result;
  };
}
