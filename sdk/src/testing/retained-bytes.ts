import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** @returns how much more of the heap is in use while what `make` returned is held, bytes. */
export function retainedBytes(make: () => unknown): number {
  // Compiled code is there once, and not each time.
  make();
  const before = usedBytes();
  const held = [make()];
  const after = usedBytes();
  return held.length === 1 ? after - before : 0;
}

function usedBytes(): number {
  // Engines keep the text that a regular expression was last tried on.
  /a/.test('a');
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
