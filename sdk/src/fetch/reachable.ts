import { garbageWatch } from './garbage.ts';

/** How long an object is held before the collector is asked about it, ms. */
const settlingMs = 250;

const settling = new Set<Reachable>();

/**
 * An object that the application holds, and whose collection is noticed.
 *
 * The young-generation collector takes whatever a weak reference points at for reachable, and copies all that hangs on
 * it: 9 KiB for each stream where there are 3, which takes it 15 us on Node 24. So the object is held for a moment, and
 * only for a stream that is open longer is it left to the collector.
 */
export class Reachable {
  readonly #onCollected: (() => void) | undefined;
  #held: object | undefined;
  #weak: WeakRef<object> | undefined;

  /** @param onCollected must not hold the object. */
  constructor(object: object, onCollected?: () => void) {
    this.#held = object;
    this.#onCollected = onCollected;
    settling.add(this);
    settleSoon();
  }

  get isCollected(): boolean {
    return this.#held === undefined && this.#weak !== undefined && this.#weak.deref() === undefined;
  }

  /** Leaves the object to the collector. */
  settle(): void {
    const object = this.#held;
    if (object === undefined) return;
    this.#held = undefined;
    this.#weak = new WeakRef(object);
    if (this.#onCollected !== undefined) garbageWatch.onCollected(object, this.#onCollected, this);
  }

  /** Its collection means nothing any more. */
  forget(): void {
    settling.delete(this);
    if (this.#weak !== undefined) garbageWatch.forget(this);
    this.#held = undefined;
    this.#weak = undefined;
  }
}

let isDue = false;

function settleSoon(): void {
  if (isDue) return;
  isDue = true;
  const timer = setTimeout(settleAll, settlingMs);
  // In a browser a timer is a number and holds nothing alive.
  if (typeof timer === 'object') timer.unref();
}

function settleAll(): void {
  isDue = false;
  for (const reachable of settling) reachable.settle();
  settling.clear();
}
