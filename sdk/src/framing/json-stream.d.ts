import type { Framer, FrameSink } from './framer.ts';
/**
 * A body that is one JSON array whose elements are the events (Google without `alt=sse`), or JSON values one after
 * another, on as many lines as the sender likes.
 */
export declare function createJsonFramer(sink: FrameSink, maxFrameBytes: number): Framer;
