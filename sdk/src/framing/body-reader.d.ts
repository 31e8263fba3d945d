import type { BodyReader, Protocol } from '../protocols/protocol.ts';
export interface BodyReaderOptions {
  /** Largest unfinished frame that is kept, in bytes; beyond it the body is `broken`. Default 8 MiB. */
  readonly maxFrameBytes?: number;
}
/**
 * @returns a reader of one body. It holds one unfinished frame and a few remembered deltas, however long the body is.
 */
export declare function createBodyReader(protocol: Protocol, options?: BodyReaderOptions): BodyReader;
