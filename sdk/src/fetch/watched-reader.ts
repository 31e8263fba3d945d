import type { BodyWatch } from './body-watch.ts';

/**
 * Watches one reader by shadowing its methods. A read costs one more promise and no copy; the promise that the
 * application gets settles with exactly what the stream gave, and stays unhandled if the application does not handle it.
 *
 * Hot path: runs once for each read of each stream.
 */
export function watchReader<T>(
  reader: ReadableStreamDefaultReader<T>,
  watch: BodyWatch<T>,
): ReadableStreamDefaultReader<T> {
  // The reader may as well be one that reads into buffers of the application's own.
  const read = reader.read as (view?: unknown, options?: unknown) => Promise<ReadableStreamReadResult<T>>;
  const cancel = reader.cancel;
  const releaseLock = reader.releaseLock;
  let isReleased = false;

  const onRead = (result: ReadableStreamReadResult<T>) => {
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

/** Watches one async iterator of a body, or of events, in the same way. */
export function watchIterator<T, I extends AsyncIterator<T>>(
  iterator: I,
  watch: BodyWatch<T>,
  preventCancel = false,
): I {
  const { next, return: stop, throw: fail } = iterator;

  const onRead = (result: IteratorResult<T>) => {
    if (result.done) watch.finished();
    else watch.received(result.value);
    return result;
  };
  const onFailure = (error: unknown) => {
    watch.failed(error);
    throw error;
  };

  shadow(iterator, 'next', (...sent: [] | [unknown]) => {
    if (watch.ended) return next.apply(iterator, sent);
    watch.pulled();
    return next.apply(iterator, sent).then(onRead, onFailure);
  });
  const leaveBy = (leave: (value?: unknown) => Promise<IteratorResult<T>>) => (value?: unknown) => {
    if (!preventCancel) watch.cancelled();
    return leave.call(iterator, value);
  };
  if (stop !== undefined) shadow(iterator, 'return', leaveBy(stop));
  if (fail !== undefined) shadow(iterator, 'throw', leaveBy(fail));
  if (!preventCancel) watch.heldBy(iterator);
  return iterator;
}

/** Puts a method before the one of the prototype, as invisible to enumeration as that is. */
export function shadow(target: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}
