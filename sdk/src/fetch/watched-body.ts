import type { BodyWatch } from './body-watch.ts';
import { shadow, watchIterator, watchReader } from './watched-reader.ts';

/**
 * Watches a body in place: the stream stays the runtime's own object, and its methods are shadowed on this one
 * instance. Works where everything that consumes a body goes through its public methods (see
 * `readsThroughPublicMethods`); elsewhere `passThrough` is used.
 *
 * `tee`, `pipeTo` and `pipeThrough` use the stream's insides, so they get a pull-through stream over the watched
 * reader: it holds nothing back and reads nothing ahead.
 */
export function watchBody<T>(body: ReadableStream<T>, watch: BodyWatch<T>): void {
  const { getReader, values, cancel } = body;

  shadow(body, 'getReader', (options?: ReadableStreamGetReaderOptions) => {
    const reader = getReader.call(body, options);
    return watch.ended ? reader : watchReader(reader as ReadableStreamDefaultReader<T>, watch);
  });
  if (values !== undefined) {
    const iterate = (options?: ReadableStreamIteratorOptions) => {
      const iterator = values.call(body, options) as AsyncIterator<T>;
      return watch.ended
        ? iterator
        : watchIterator<T, AsyncIterator<T>>(iterator, watch, options?.preventCancel === true);
    };
    shadow(body, 'values', iterate);
    shadow(body, Symbol.asyncIterator, iterate);
  }
  shadow(body, 'cancel', (reason?: unknown) => {
    if (!body.locked) watch.cancelled();
    return cancel.call(body, reason);
  });
  shadow(body, 'tee', () => passThrough(body).stream.tee());
  shadow(body, 'pipeThrough', (pair: ReadableWritablePair<unknown, T>, options?: StreamPipeOptions) =>
    passThrough(body).stream.pipeThrough(pair, options),
  );
  shadow(body, 'pipeTo', (destination: WritableStream<T>, options?: StreamPipeOptions) => {
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
export function passThrough<T>(body: ReadableStream<T>): PassThrough<T> {
  const isBytes = isByteStream(body);
  const reader = body.getReader();
  const source: PullSource<T> = { read: () => reader.read(), cancel: (reason) => reader.cancel(reason) };
  return { stream: pullThrough(source, isBytes), source, release: () => reader.releaseLock() };
}

interface PassThrough<T> {
  readonly stream: ReadableStream<T>;
  /** Garbage when nobody can read `stream` any more. Of the stream itself a browser may collect the object before. */
  readonly source: object;
  /** Gives `body` free again while nothing is being read. */
  readonly release: () => void;
}

export type PullSource<T> = Pick<ReadableStreamDefaultReader<T>, 'read' | 'cancel'>;

/** A stream that reads from `source` when it is read itself, and holds it for as long as it can be read. */
export function pullThrough<T>(source: PullSource<T>, isBytes: boolean): ReadableStream<T> {
  const pull = async (controller: Controller<T>) => {
    for (;;) {
      const { done, value } = await source.read();
      if (done) return close(controller);
      // A byte controller rejects empty chunks, and they mean nothing to a reader.
      if (isBytes && value instanceof Uint8Array && value.length === 0) continue;
      return controller.enqueue(value as T & ArrayBufferView<ArrayBuffer>);
    }
  };
  const cancel = (reason: unknown) => source.cancel(reason);
  const stream = isBytes
    ? new ReadableStream({ type: 'bytes', pull, cancel })
    : new ReadableStream<T>({ pull, cancel }, { highWaterMark: 0 });
  return stream as ReadableStream<T>;
}

type Controller<T> = ReadableByteStreamController | ReadableStreamDefaultController<T>;

function close<T>(controller: Controller<T>): void {
  controller.close();
  // A read into a buffer of the reader's own stays open until it is answered.
  if ('byobRequest' in controller) controller.byobRequest?.respond(0);
}

/** Asked of the stream itself: only a byte stream gives such a reader. Some browsers have no byte streams. */
export function isByteStream(body: ReadableStream<unknown>): boolean {
  if (body.locked) return false;
  try {
    ReadableStream.prototype.getReader.call(body, { mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
