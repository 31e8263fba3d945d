/** Bytes kept between two reads. Grows by doubling, so that one long frame in many reads costs linear time. */
export interface ByteBuffer {
  readonly size: number;
  append(bytes: Uint8Array): void;
  /** The kept bytes: a view that is valid until the next `append`. */
  view(): Uint8Array;
  clear(): void;
}

const keptCapacityBytes = 64 * 1024;

export function createByteBuffer(): ByteBuffer {
  let bytes = new Uint8Array(0);
  let size = 0;
  return {
    get size() {
      return size;
    },
    append(more) {
      const needed = size + more.length;
      if (needed > bytes.length) {
        const grown = new Uint8Array(Math.max(needed, bytes.length * 2, 256));
        grown.set(bytes.subarray(0, size));
        bytes = grown;
      }
      bytes.set(more, size);
      size = needed;
    },
    view: () => bytes.subarray(0, size),
    clear() {
      size = 0;
      // One huge frame must not pin its memory for the rest of the stream.
      if (bytes.length > keptCapacityBytes) bytes = new Uint8Array(0);
    },
  };
}
