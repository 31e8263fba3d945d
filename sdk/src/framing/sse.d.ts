import type { Framer, FrameSink } from './framer.ts';
/**
 * An event stream as https://html.spec.whatwg.org/multipage/server-sent-events.html defines it, with two additions
 * that real providers need: a last frame without its blank line is read at `finish`, and a JSON value or an HTML page
 * that stands where frames are due is reported instead of being skipped as unknown fields.
 */
export declare function createSseFramer(sink: FrameSink, maxFrameBytes: number): Framer;
