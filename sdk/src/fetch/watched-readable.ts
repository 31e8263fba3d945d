import type { BodyWatch } from './body-watch.ts';
import { shadow } from './watched-reader.ts';

/** A `Readable` of Node, as far as it has to be known here: nothing of Node is imported. */
export interface NodeReadable extends AsyncIterable<unknown> {
  readonly readableFlowing: boolean | null;
  emit(event: string | symbol, ...values: unknown[]): boolean;
  read(size?: number): unknown;
  destroy(error?: Error | null): unknown;
}

export function isNodeReadable(stream: object): stream is NodeReadable {
  const methods = ['emit', 'on', 'pipe', 'read', 'destroy'];
  return methods.every((name) => typeof Reflect.get(stream, name) === 'function');
}

/**
 * Watches a `Readable` in place. Whichever way it is consumed (`for await`, `on('data')`, `pipe`, `read()`), each chunk
 * is announced by the event `data` and each ending by `end`, `error` or `destroy()`, so these are what is listened to;
 * a listener of our own would set the stream flowing.
 *
 * Consumers that reach past the public methods (`body.text()` of `undici`) are not seen chunk by chunk.
 */
export function watchReadable(stream: NodeReadable, watch: BodyWatch<unknown>): void {
  const { emit, read, destroy } = stream;
  const iterate = stream[Symbol.asyncIterator];
  let isWaiting = false;
  const pull = () => {
    if (isWaiting || watch.ended) return;
    isWaiting = true;
    watch.pulled();
  };

  shadow(stream, 'read', (size?: number) => {
    pull();
    return read.call(stream, size);
  });
  shadow(stream, 'emit', (event: string | symbol, ...values: unknown[]) => {
    if (!watch.ended) {
      if (event === 'data') {
        isWaiting = false;
        watch.received(values[0]);
      } else if (event === 'end') {
        watch.finished();
      } else if (event === 'error') {
        watch.failed(values[0]);
      }
    }
    const isHeard = emit.call(stream, event, ...values);
    // A flowing stream takes the next chunk without being asked.
    if (event === 'data' && stream.readableFlowing === true) pull();
    return isHeard;
  });
  shadow(stream, 'destroy', (error?: Error | null) => {
    // With an error it is the network's doing, or will be told by the event; without one a reader has left.
    if (!watch.ended && (error === undefined || error === null)) watch.cancelled();
    return destroy.call(stream, error);
  });
  // Leaving a loop destroys the stream with an error, as the network does.
  shadow(stream, Symbol.asyncIterator, () => {
    const iterator = iterate.call(stream);
    const stop = iterator.return;
    shadow(iterator, 'return', (value?: unknown) => {
      if (!watch.ended) watch.cancelled();
      return stop?.call(iterator, value);
    });
    return iterator;
  });
  watch.heldBy(stream);
}
