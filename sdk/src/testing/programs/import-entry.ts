/** Imports the module of the SDK that it is told to, and prints what that has changed in the process. */
import { env } from 'node:process';

const entry = process.argv[2] ?? '';

/** Everything of the process that others can see, by name. */
function visible(): Map<string, unknown> {
  const properties = (object: object, name: string) =>
    Reflect.ownKeys(object).map((key): [string, unknown] => {
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      // A lazy property of Node, which has a getter, is read by nobody here: that would make it.
      return [`${name}.${String(key)}`, descriptor?.value ?? descriptor?.get];
    });
  return new Map([
    ...properties(globalThis, 'globalThis'),
    ...properties(Promise.prototype, 'Promise.prototype'),
    ...properties(ReadableStream.prototype, 'ReadableStream.prototype'),
    ...properties(Response.prototype, 'Response.prototype'),
    ...properties(env, 'env'),
    ...process
      .eventNames()
      .map((event): [string, unknown] => [`listeners of ${String(event)}`, process.listenerCount(event)]),
    ['what keeps the process alive', process.getActiveResourcesInfo().sort().join()],
  ]);
}

// Node makes its `fetch` when that is first asked for, with properties of its own.
void Response.prototype;
const before = visible();
await import(`../../${entry}.ts`);
const after = visible();
const names = new Set([...before.keys(), ...after.keys()]);
process.stdout.write(
  JSON.stringify([...names].filter((name) => !Object.is(before.get(name), after.get(name))).sort()),
);
