import type { BodyReader, Framing, Protocol } from '../protocols/protocol.ts';
import { createDeltaShapes } from './delta-shapes.ts';
import { EventStreamFramer } from './eventstream.ts';
import { FramedBodyReader } from './framed-body-reader.ts';
import { defaultMaxFrameBytes, type FramerClass } from './framer.ts';
import { JsonFramer } from './json-stream.ts';
import { NdjsonFramer } from './ndjson.ts';
import { SseFramer } from './sse.ts';

export interface BodyReaderOptions {
  /** Largest unfinished frame that is kept, in bytes; beyond it the body is `broken`. Default 8 MiB. */
  readonly maxFrameBytes?: number;
}

const framers: Readonly<Record<Framing, FramerClass>> = {
  sse: SseFramer,
  ndjson: NdjsonFramer,
  eventstream: EventStreamFramer,
  json: JsonFramer,
};

/**
 * @returns a reader of one body in any framing. It holds one unfinished frame and a few remembered deltas, however long
 *   the body is.
 */
export function createBodyReader(protocol: Protocol, options: BodyReaderOptions = {}): BodyReader {
  return new FramedBodyReader(protocol, {
    framer: framers[protocol.framing],
    createDeltaShapes,
    maxFrameBytes: options.maxFrameBytes ?? defaultMaxFrameBytes,
  });
}
