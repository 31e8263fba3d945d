import type { BodyWatch } from './body-watch.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type AnyReader = ReadableStreamDefaultReader<Bytes> | ReadableStreamBYOBReader;

/**
 * Watches one reader by shadowing its methods. A read costs one more promise and no copy; the promise that the
 * application gets settles with exactly what the stream gave, and stays unhandled if the application does not handle it.
 *
 * Hot path: runs once for each read of each stream.
 */
export function watchReader<R extends AnyReader>(reader: R, watch: BodyWatch): R {
  const read = reader.read as (view?: unknown, options?: unknown) => Promise<ReadableStreamReadResult<Bytes>>;
  const cancel = reader.cancel;
  const releaseLock = reader.releaseLock;
  let isReleased = false;

  const onRead = (result: ReadableStreamReadResult<Bytes>) => {
    if (result.done) watch.finished();
    else watch.received(result.value);
    return result;
  };
  const onFailure = (error: unknown) => {
    // Releasing the lock rejects the reads that wait; that says nothing about the stream.
    if (isReleased) watch.released();
    else watch.failed(error);
    throw error;
  };

  shadow(reader, 'read', (view?: unknown, options?: unknown) => {
    if (watch.ended) return read.call(reader, view, options);
    watch.pulled();
    return read.call(reader, view, options).then(onRead, onFailure);
  });
  shadow(reader, 'cancel', (reason?: unknown) => {
    // Told first: cancelling resolves the reads that wait as if the stream had ended.
    if (!isReleased) watch.cancelled();
    return cancel.call(reader, reason);
  });
  shadow(reader, 'releaseLock', () => {
    isReleased = true;
    releaseLock.call(reader);
  });
  return reader;
}

/** Watches one async iterator of a body in the same way. */
export function watchIterator<I extends AsyncIterator<Bytes>>(
  iterator: I,
  watch: BodyWatch,
  preventCancel: boolean,
): I {
  const next = iterator.next;
  const stop = iterator.return;

  const onRead = (result: IteratorResult<Bytes>) => {
    if (result.done) watch.finished();
    else watch.received(result.value);
    return result;
  };
  const onFailure = (error: unknown) => {
    watch.failed(error);
    throw error;
  };

  shadow(iterator, 'next', () => {
    if (watch.ended) return next.call(iterator);
    watch.pulled();
    return next.call(iterator).then(onRead, onFailure);
  });
  if (stop !== undefined) {
    shadow(iterator, 'return', (value?: unknown) => {
      if (!preventCancel) watch.cancelled();
      return stop.call(iterator, value);
    });
  }
  watch.heldBy(iterator);
  return iterator;
}

/** Puts a method before the one of the prototype, as invisible to enumeration as that is. */
export function shadow(target: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}
