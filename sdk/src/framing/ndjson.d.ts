import type { Framer, FrameSink } from './framer.ts';
/** One frame a line (https://github.com/ndjson/ndjson-spec); blank lines are skipped. */
export declare function createNdjsonFramer(sink: FrameSink, maxFrameBytes: number): Framer;
