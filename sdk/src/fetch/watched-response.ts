import type { BodyWatch } from './body-watch.ts';
import { passThrough, watchBody } from './watched-body.ts';
import { shadow, watchReader } from './watched-reader.ts';

/** That of a response which has one. */
export type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * Watches the body of a response, whichever way it is going to be read.
 *
 * Where the runtime's `Response` reads its body through the stream's public methods (Node), the response stays the same
 * object. Elsewhere (browsers, Bun, Deno, edge) the body can also be read past any method (`text()`, `clone()`, a
 * response handed to the platform), so the response is one of the same kind over a pull-through stream.
 */
export function watchResponse(response: Response, body: Body, watch: BodyWatch): Response {
  if (readsThroughPublicMethods()) {
    watchBody(body, watch);
    return response;
  }
  return rebuiltResponse(response, body, watch);
}

/** The response over a pull-through stream. Exported for runtimes and tests that need this way. */
export function rebuiltResponse(response: Response, body: Body, watch: BodyWatch): Response {
  const getReader = body.getReader;
  shadow(body, 'getReader', () =>
    watchReader(getReader.call(body) as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, watch),
  );
  const { stream, source } = passThrough(body);
  watch.heldBy(source);
  const { status, statusText, headers } = response;
  return presentedAs(new Response(stream, { status, statusText, headers }), response);
}

/** Gives a constructed response what only `fetch` can set, and its clones too. */
export function presentedAs(response: Response, original: Response): Response {
  for (const name of ['url', 'redirected', 'type'] as const) {
    Object.defineProperty(response, name, { value: original[name], configurable: true, enumerable: true });
  }
  const { clone } = response;
  shadow(response, 'clone', () => presentedAs(clone.call(response), original));
  return response;
}

let publicMethods: boolean | undefined;

/** Finds out once, on a response of our own, whether `text()` and `clone()` call what an instance shadows. */
function readsThroughPublicMethods(): boolean {
  publicMethods ??=
    callsShadow('getReader', (probe) => probe.text()) && callsShadow('tee', (probe) => probe.clone());
  return publicMethods;
}

function callsShadow(method: 'getReader' | 'tee', consume: (probe: Response) => unknown): boolean {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => controller.close() });
  let called = false;
  const native: (...args: never[]) => unknown = body[method];
  shadow(body, method, (...args: never[]) => {
    called = true;
    return native.apply(body, args);
  });
  const consumed = consume(new Response(body));
  if (consumed instanceof Promise) consumed.catch(() => undefined);
  return called;
}
