import type { Framer, FrameSink } from './framer.ts';
/**
 * AWS event stream, `application/vnd.amazon.eventstream`:
 * https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html. A message is a prelude (total length, headers
 * length, CRC of both), headers, payload and a CRC of all before it; both CRCs are checked.
 */
export declare function createEventStreamFramer(sink: FrameSink, maxFrameBytes: number): Framer;
