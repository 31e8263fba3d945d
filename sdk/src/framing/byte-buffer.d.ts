/** Bytes kept between two reads. Grows by doubling, so that one long frame in many reads costs linear time. */
export interface ByteBuffer {
  readonly size: number;
  append(bytes: Uint8Array): void;
  /** The kept bytes: a view that is valid until the next `append`. */
  view(): Uint8Array;
  clear(): void;
}
export declare function createByteBuffer(): ByteBuffer;
