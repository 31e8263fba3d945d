import { shadow } from './watched-reader.ts';

const claimed = new WeakSet<object>();

/** @returns whether `stream` carries a body that is observed where it came from. */
export function isClaimed(stream: object): boolean {
  return claimed.has(stream);
}

/**
 * Claims a `Readable` of Node, and every stream that it is piped into: libraries decompress and count by further
 * streams, and hand out the last of them.
 */
export function claim(stream: object, onPiped: (destination: object) => void): void {
  if (claimed.has(stream)) return;
  claimed.add(stream);
  const pipe: unknown = Reflect.get(stream, 'pipe');
  if (typeof pipe !== 'function') return;
  shadow(stream, 'pipe', (destination: object, ...rest: unknown[]) => {
    onPiped(destination);
    claim(destination, onPiped);
    return Reflect.apply(pipe, stream, [destination, ...rest]);
  });
}
