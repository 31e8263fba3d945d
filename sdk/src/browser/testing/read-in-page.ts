import { defaultMaxFrameBytes } from '../../framing/framer.ts';
import type { Protocol } from '../../protocols/protocol.ts';
import { type ReadBody, readWith } from '../../testing/read-body.ts';
import { createLineFramer } from '../line-framer.ts';
import { readPageBody } from '../page-body.ts';

/** What a page makes of a body of events or lines. */
export function readInPage(
  protocol: Protocol,
  reads: readonly Uint8Array[],
  maxChars = defaultMaxFrameBytes,
): ReadBody {
  const framing = protocol.framing === 'ndjson' ? 'ndjson' : 'sse';
  return readWith(
    readPageBody(protocol, (sink) => createLineFramer(framing, sink, maxChars)),
    reads,
  );
}
