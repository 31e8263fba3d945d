/**
 * Admits at most `max` distinct texts within two consecutive windows, first come, first served. What was seen in the
 * window before keeps its place, so that no flood of new values displaces those that are in use.
 */
export class DistinctValues {
  readonly #max: number;
  #current = new Set<string>();
  #previous: ReadonlySet<string>;
  /** Distinct texts of both windows. */
  #size: number;

  /** @param previous what the window before has seen */
  constructor(max: number, previous: Iterable<string> = []) {
    this.#max = max;
    this.#previous = new Set([...previous].slice(0, max));
    this.#size = this.#previous.size;
  }

  /** @returns false when there is no place for it */
  admit(value: string): boolean {
    if (this.#current.has(value)) return true;
    if (!this.#previous.has(value)) {
      if (this.#size >= this.#max) return false;
      this.#size += 1;
    }
    this.#current.add(value);
    return true;
  }

  /** Begins a window. */
  turn(): void {
    this.#previous = this.#current;
    this.#current = new Set();
    this.#size = this.#previous.size;
  }

  get size(): number {
    return this.#size;
  }

  *[Symbol.iterator](): Iterator<string> {
    yield* this.#current;
    for (const value of this.#previous) if (!this.#current.has(value)) yield value;
  }
}
