import type { BodyWatch } from './body-watch.ts';
import { shadow, watchIterator, watchReader } from './watched-reader.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Body = ReadableStream<Bytes>;

/**
 * Watches a body in place: the stream stays the runtime's own object, and its methods are shadowed on this one
 * instance. Works where everything that consumes a body goes through its public methods (see
 * `readsThroughPublicMethods`); elsewhere `passThrough` is used.
 *
 * `tee`, `pipeTo` and `pipeThrough` use the stream's insides, so they get a pull-through stream over the watched
 * reader: it holds nothing back and reads nothing ahead.
 */
export function watchBody(body: Body, watch: BodyWatch): void {
  const { getReader, values, cancel } = body;

  shadow(body, 'getReader', (options?: ReadableStreamGetReaderOptions) => {
    const reader = getReader.call(body, options);
    return watch.ended ? reader : watchReader(reader as ReadableStreamDefaultReader<Bytes>, watch);
  });
  if (values !== undefined) {
    const iterate = (options?: ReadableStreamIteratorOptions) => {
      const iterator = values.call(body, options) as AsyncIterator<Bytes>;
      return watch.ended ? iterator : watchIterator(iterator, watch, options?.preventCancel === true);
    };
    shadow(body, 'values', iterate);
    shadow(body, Symbol.asyncIterator, iterate);
  }
  shadow(body, 'cancel', (reason?: unknown) => {
    if (!body.locked) watch.cancelled();
    return cancel.call(body, reason);
  });
  shadow(body, 'tee', () => passThrough(body).stream.tee());
  shadow(body, 'pipeThrough', (pair: ReadableWritablePair<unknown, Bytes>, options?: StreamPipeOptions) =>
    passThrough(body).stream.pipeThrough(pair, options),
  );
  shadow(body, 'pipeTo', (destination: WritableStream<Bytes>, options?: StreamPipeOptions) => {
    const { stream, release } = passThrough(body);
    const piped = stream.pipeTo(destination, options);
    // A pipe that does not cancel leaves the body to somebody else.
    return options?.preventCancel === true ? piped.finally(release) : piped;
  });
  watch.heldBy(body);
}

/**
 * A stream that pulls from `body` when it is pulled itself. Throws like the original would if `body` is locked.
 *
 * @returns the stream, and a function that gives `body` free again while nothing is being read.
 */
export function passThrough(body: Body): { stream: Body; release: () => void } {
  const reader = body.getReader();
  const pull = async (controller: ReadableByteStreamController | ReadableStreamDefaultController<Bytes>) => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return close(controller);
      // A byte controller rejects empty chunks, and they mean nothing to a reader.
      if (value.byteLength > 0) return controller.enqueue(value);
    }
  };
  const cancel = (reason: unknown) => reader.cancel(reason);
  const stream = supportsByteStreams()
    ? new ReadableStream({ type: 'bytes', pull, cancel })
    : new ReadableStream<Bytes>({ pull, cancel }, { highWaterMark: 0 });
  return { stream: stream as Body, release: () => reader.releaseLock() };
}

function close(controller: ReadableByteStreamController | ReadableStreamDefaultController<Bytes>): void {
  controller.close();
  // A read into a buffer of the reader's own stays open until it is answered.
  if ('byobRequest' in controller) controller.byobRequest?.respond(0);
}

let byteStreams: boolean | undefined;
function supportsByteStreams(): boolean {
  if (byteStreams === undefined) {
    try {
      new ReadableStream({ type: 'bytes' });
      byteStreams = true;
    } catch {
      byteStreams = false;
    }
  }
  return byteStreams;
}
