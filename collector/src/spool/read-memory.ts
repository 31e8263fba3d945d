/**
 * Memory that segments are read into, used again and again: it is megabytes for each, and as garbage outside of the heap
 * it would make V8 collect everything several times a second.
 */
export interface ReadMemory {
  /** For a segment of so many bytes: the same until it is released. */
  of(name: string, bytes: number): Buffer;
  /** Nobody looks at it any more. */
  release(name: string): void;
  /** Somebody may still look at it, so that it is not used again. */
  leave(name: string): void;
}

/** As many as are loaded at once. */
const KEPT = 2;
const SMALLEST_BYTES = 1 << 16;

export function createReadMemory(): ReadMemory {
  const used = new Map<string, Buffer>();
  let free: Buffer[] = [];
  return {
    of(name, bytes) {
      const own = used.get(name) ?? free.find(({ length }) => length >= bytes);
      const memory =
        own ?? Buffer.allocUnsafeSlow(Math.max(SMALLEST_BYTES, 2 ** Math.ceil(Math.log2(bytes))));
      free = free.filter((one) => one !== memory);
      used.set(name, memory);
      return memory;
    },
    leave: (name) => void used.delete(name),
    release(name) {
      const memory = used.get(name);
      used.delete(name);
      if (memory === undefined) return;
      // The largest fit whatever comes.
      free = [...free, memory].sort((a, b) => b.length - a.length).slice(0, KEPT);
    },
  };
}
