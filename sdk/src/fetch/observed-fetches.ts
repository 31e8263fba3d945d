export type Fetch = typeof globalThis.fetch;

/** What all copies of the SDK in a program know of each other: two copies that are bundled apart, or two versions. */
export interface ObservedFetches {
  /** The `fetch` behind each observed one. */
  readonly originals: WeakMap<Fetch, Fetch>;
  /** Set while an observed `fetch` calls what it wraps: that may be another observed one, which then stands back. */
  isInside: boolean;
}

/** The number is that of the shape: a copy with another shape keeps to itself. */
const key = Symbol.for('weir.observed_fetches.1');

/** Where the global object takes no properties. */
let own: ObservedFetches | undefined;

/** @returns the same object to every copy. It is made when the first `fetch` is observed, not when a module is loaded. */
export function observedFetches(): ObservedFetches {
  const known = (Reflect.get(globalThis, key) as ObservedFetches | undefined) ?? own;
  if (known !== undefined) return known;
  own = { originals: new WeakMap(), isInside: false };
  Reflect.defineProperty(globalThis, key, { value: own });
  return own;
}

/** @returns whether calls through `fetch` are observed. */
export function isObserved(fetch: Fetch): boolean {
  return observedFetches().originals.has(fetch);
}
