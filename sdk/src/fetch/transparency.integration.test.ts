import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { createSimulator, type FaultRequest, type Simulator } from '@weir/simulator';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chatPath, chatRequest, withoutIds } from '../testing/simulated-call.ts';
import type { BodyWatch } from './body-watch.ts';
import { watchBody } from './watched-body.ts';
import { rebuiltResponse } from './watched-response.ts';

type Bytes = Uint8Array<ArrayBuffer>;

let simulator: Simulator;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  simulator = await createSimulator();
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled.splice(0)).toEqual([]);
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await simulator.close();
});

/** Every way in which an application can take a body. Each gives what it saw. */
const consumers: Record<string, (response: Response) => Promise<unknown>> = {
  'text()': (response) => response.text(),
  'json()': (response) => response.json(),
  'arrayBuffer()': async (response) => new TextDecoder().decode(await response.arrayBuffer()),
  'bytes()': async (response) => new TextDecoder().decode(await response.bytes()),
  'blob()': async (response) => {
    const blob = await response.blob();
    return [blob.type, await blob.text()];
  },
  'for await': async (response) => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
    return text;
  },
  'getReader()': async (response) => {
    const reader = bodyOf(response).getReader();
    return readAll(() => reader.read());
  },
  "getReader({ mode: 'byob' })": async (response) => {
    const reader = bodyOf(response).getReader({ mode: 'byob' });
    return readAll(() => reader.read(new Uint8Array(64)));
  },
  'two reads at once': async (response) => {
    const reader = bodyOf(response).getReader();
    const first = await Promise.all([reader.read(), reader.read()]);
    const rest = await readAll(() => reader.read());
    return decode(first.map(({ value }) => value)) + rest;
  },
  'a reader after another': async (response) => {
    const body = bodyOf(response);
    const first = body.getReader();
    const { value } = await first.read();
    first.releaseLock();
    const second = body.getReader();
    return decode([value]) + (await readAll(() => second.read()));
  },
  'iteration that leaves the body open, then text': async (response) => {
    const body = bodyOf(response);
    let start = '';
    for await (const bytes of body.values({ preventCancel: true })) {
      start = decode([bytes]);
      break;
    }
    const reader = body.getReader();
    return start + (await readAll(() => reader.read()));
  },
  'pipeThrough()': async (response) => {
    const text = bodyOf(response).pipeThrough(new TextDecoderStream());
    let all = '';
    for await (const part of text) all += part;
    return all;
  },
  'pipeTo()': async (response) => {
    const parts: Bytes[] = [];
    await bodyOf(response).pipeTo(new WritableStream({ write: (bytes: Bytes) => void parts.push(bytes) }));
    return decode(parts);
  },
  'tee()': async (response) => {
    const [left, right] = bodyOf(response).tee();
    return Promise.all([new Response(left).text(), new Response(right).text()]);
  },
  'clone()': async (response) => {
    const copy = response.clone();
    const seen = await Promise.all([response.text(), copy.text()]);
    return [...seen, copy.url, copy.status, copy.type, copy.redirected, copy.headers.get('content-type')];
  },
  'clone() of which only the copy is read': async (response) => response.clone().text(),
  'clone() while iterating the original': async (response) => {
    const copy = response.clone();
    const text = copy.text().catch((error: unknown) => describeError(error));
    let bytes = 0;
    for await (const part of bodyOf(response)) bytes += part.length;
    return [bytes, await text];
  },
  'new Response(body)': (response) => new Response(response.body).text(),
  'Readable.fromWeb(body)': (response) => readText(Readable.fromWeb(bodyOf(response) as never)),
  'break after a chunk': async (response) => {
    for await (const bytes of bodyOf(response)) return decode([bytes]).slice(0, 6);
    return undefined;
  },
  'throw after a chunk': async (response) => {
    for await (const bytes of bodyOf(response)) throw new RangeError(decode([bytes]).slice(0, 6));
  },
  'cancel() of the reader': async (response) => {
    const reader = bodyOf(response).getReader();
    await reader.read();
    await reader.cancel('enough');
    return reader.read();
  },
  'cancel() of the body': async (response) => {
    await bodyOf(response).cancel('unwanted');
    return response.bodyUsed;
  },
  'cancel() of a locked body': async (response) => {
    const body = bodyOf(response);
    const reader = body.getReader();
    const failure = await body.cancel().catch((error: unknown) => describeError(error));
    return [failure, await readAll(() => reader.read())];
  },
  'a body read twice': async (response) => {
    await response.text();
    return response.text();
  },
  'a clone of a used body': async (response) => {
    await response.text();
    return response.clone();
  },
  'releaseLock() with a read open': async (response) => {
    const body = bodyOf(response);
    const reader = body.getReader();
    await reader.read();
    const open = reader.read().catch((error: unknown) => describeError(error));
    reader.releaseLock();
    const next = body.getReader();
    return [await open, body.locked, typeof (await readAll(() => next.read()))];
  },
};

const endings: FaultRequest[] = [
  { fault: 'completed' },
  { fault: 'json_200' },
  { fault: 'eof_in_frame', after: 3 },
  { fault: 'reset_between_frames', after: 3 },
  { fault: 'premature_close', after: 3 },
  { fault: 'gzip_corrupt', after: 3 },
  { fault: 'http_429_rate_limit' },
];

const ways = {
  'in place': (response: Response, watch: BodyWatch) => {
    if (response.body !== null) watchBody(response.body, watch);
    return response;
  },
  rebuilt: (response: Response, watch: BodyWatch) =>
    response.body === null ? response : rebuiltResponse(response, response.body, watch),
};

describe.each(Object.entries(ways))('a response watched %s', (_, watchAs) => {
  describe.each(endings)('that ends with $fault', (ending) => {
    test.each(Object.entries(consumers))('gives %s what a bare one gives', async (_name, consume) => {
      const call = () => fetch(simulator.url + chatPath, chatRequest(ending));
      const bare = await seenBy(consume, await call());
      const watched = await seenBy(consume, watchAs(await call(), silentWatch()));
      expect(watched).toBe(bare);
    });
  });
});

test('nothing is read before the application reads', async () => {
  const watch = silentWatch();
  const response = await fetch(simulator.url + chatPath, chatRequest({ fault: 'completed' }));
  watchBody(bodyOf(response), watch);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(watch.calls).toEqual([]);
  await response.text();
  expect(watch.calls.at(-1)).toBe('finished');
});

async function seenBy(
  consume: (response: Response) => Promise<unknown>,
  response: Response,
): Promise<string> {
  const { status, statusText, url, redirected, type, ok } = response;
  const outcome = await consume(response).then(
    (value) => ({ value }),
    (error: unknown) => ({ error: describeError(error) }),
  );
  const isResponse = response instanceof Response;
  const seen = {
    status,
    statusText,
    url,
    redirected,
    type,
    ok,
    isResponse,
    used: response.bodyUsed,
    ...outcome,
  };
  return withoutIds(JSON.stringify(seen, null, 1));
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  return [error.constructor.name, error.name, error.message, Reflect.get(error, 'code'), cause];
}

function bodyOf(response: Response): ReadableStream<Bytes> {
  if (response.body === null) throw new Error('the response has no body');
  return response.body;
}

async function readAll(read: () => Promise<ReadableStreamReadResult<Bytes>>): Promise<string> {
  const parts: (Bytes | undefined)[] = [];
  for (;;) {
    const { done, value } = await read();
    if (done) return decode(parts);
    parts.push(value.slice());
  }
}

function decode(parts: (Bytes | undefined)[]): string {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join('');
}

function silentWatch(): BodyWatch & { readonly calls: string[] } {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  return {
    calls,
    ended: false,
    pulled: note('pulled'),
    received: note('received'),
    released: note('released'),
    finished: note('finished'),
    failed: note('failed'),
    cancelled: note('cancelled'),
    heldBy: () => undefined,
  };
}
