import { afterEach, describe, expect, it } from 'vitest';
import { simulatorHeaders } from './faults/selection.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
import { wireFormats } from './testing/wire-formats.ts';

const running: Simulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await createSimulator({ timeScale: 0, settleMs: 5, ...options });
  running.push(simulator);
  return simulator;
}

const chat = wireFormats.openai_chat;

function ask(
  simulator: Simulator,
  headers: Record<string, string> = {},
  init: RequestInit = {},
  path = chat.path,
) {
  return fetch(`${simulator.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(chat.body),
    headers,
    ...init,
  });
}

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text();
}

/** The answer alone: ids and padding are new for every request, the content depends on the seed. */
function contentOf(body: string): string {
  return [...body.matchAll(/"content":("[^"]*")/g)].map(([, text]) => text).join('');
}

/** A clock on which waiting takes no time and is written down. */
function recordingClock() {
  const waits: number[] = [];
  const clock = {
    now: () => 0,
    epoch: () => Date.UTC(2026, 0, 1),
    sleep: async (ms: number) => void waits.push(ms),
  };
  return { clock, waits };
}

describe('content', () => {
  it('is the same for the same seed, with new ids', async () => {
    const simulator = await start();
    const [first, second] = [
      await textOf(ask(simulator, simulatorHeaders({ seed: 5 }))),
      await textOf(ask(simulator, simulatorHeaders({ seed: 5 }))),
    ];
    expect(contentOf(first)).toBe(contentOf(second));
    expect(contentOf(first)).not.toBe('');
    expect(first).not.toBe(second);
  });

  it('differs between seeds, and from request to request without one', async () => {
    // All of one length, so that only the words can tell them apart.
    const simulator = await start({ timing: { chunks: 30 } });
    const bodies = [
      await textOf(ask(simulator, simulatorHeaders({ seed: 5 }))),
      await textOf(ask(simulator, simulatorHeaders({ seed: 6 }))),
      await textOf(ask(simulator)),
      await textOf(ask(simulator)),
    ];
    expect(new Set(bodies.map(contentOf)).size).toBe(4);
  });

  it('repeats from start to start of a simulator with the same seed', async () => {
    const bodies = await Promise.all([9, 9, 10].map(async (seed) => textOf(ask(await start({ seed })))));
    const [first, again, other] = bodies.map(contentOf);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('has as many chunks as the timing asks for', async () => {
    const simulator = await start();
    await textOf(ask(simulator, simulatorHeaders({ timing: { chunks: 3 } })));
    expect(simulator.requests.last()).toMatchObject({ sentChunks: 3, finishSent: true, terminalSent: true });
  });
});

describe('a fault can be asked for', () => {
  it('by a path prefix, with parameters', async () => {
    const simulator = await start();
    const body = await textOf(ask(simulator, {}, {}, `/fault/eof_between_frames;after=2${chat.path}`));
    expect(body.match(chat.chunk)).toHaveLength(2);
  });

  it('by a query parameter', async () => {
    const simulator = await start();
    const query = new URLSearchParams({ 'x-simulator-fault': 'eof_between_frames; after=3' });
    const body = await textOf(ask(simulator, {}, {}, `${chat.path}?${query}`));
    expect(body.match(chat.chunk)).toHaveLength(3);
  });

  it('by the program that started the simulator, from the facts of the request', async () => {
    const simulator = await start({
      selectFault: (facts) => (facts.model === 'gpt-4o-mini' ? { fault: 'http_500' } : undefined),
    });
    expect((await ask(simulator)).status).toBe(500);
    const other = await ask(simulator, {}, { body: JSON.stringify({ ...chat.body, model: 'gpt-4o' }) });
    expect(other.status).toBe(200);
    await other.text();
  });

  it('by the request over the program', async () => {
    const simulator = await start({ selectFault: () => ({ fault: 'http_500' }) });
    const response = await ask(simulator, simulatorHeaders({ fault: 'completed' }));
    expect(response.status).toBe(200);
    await response.text();
  });

  it('and is refused with the known parameters when it is wrong', async () => {
    const simulator = await start();
    const response = await ask(simulator, { 'x-simulator-fault': 'idle_stall; afetr=2' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('unknown parameter \\"afetr\\"; known: after');
  });
});

describe('a client that leaves', () => {
  it('is seen while the simulator streams', async () => {
    const simulator = await start();
    const response = await ask(simulator, simulatorHeaders({ fault: 'idle_stall', after: 2 }));
    const record = simulator.requests.last();
    await expect.poll(() => record?.sentChunks).toBe(2);
    await response.body?.cancel();
    expect(await record?.ended).toMatchObject({ by: 'client_closed' });
    expect(record).toMatchObject({ sentChunks: 2, terminalSent: false });
  });

  it('is seen while it waits for headers', async () => {
    const simulator = await start();
    const controller = new AbortController();
    const asked = ask(simulator, simulatorHeaders({ fault: 'headers_stall' }), { signal: controller.signal });
    await expect.poll(() => simulator.requests.last()).toBeDefined();
    controller.abort();
    await expect(asked).rejects.toThrow();
    expect(await simulator.requests.last()?.ended).toMatchObject({ by: 'client_closed' });
  });

  it('is told from one that read to the end', async () => {
    const simulator = await start();
    await textOf(ask(simulator));
    await simulator.requests.settled();
    expect(simulator.requests.last()?.end).toMatchObject({ by: 'ended' });
  });

  it('frees a writer that waits for a reader', async () => {
    const simulator = await start();
    const response = await ask(
      simulator,
      simulatorHeaders({ fault: 'oversized_frame', sizeBytes: 64 << 20 }),
    );
    await response.body?.cancel();
    expect(await simulator.requests.last()?.ended).toMatchObject({ by: 'client_closed' });
  });
});

describe('a request without a stream', () => {
  it('is cut like a stream by a fault of the connection', async () => {
    const simulator = await start();
    const headers = simulatorHeaders({ fault: 'eof_in_frame' });
    const body = await textOf(ask(simulator, headers, { body: JSON.stringify(chat.documentBody) }));
    expect(body).toContain('"object":"chat.completion"');
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
  });

  it('is well under a fault that only a stream can show', async () => {
    const simulator = await start();
    const headers = simulatorHeaders({ fault: 'malformed_frame' });
    const body = await textOf(ask(simulator, headers, { body: JSON.stringify(chat.documentBody) }));
    expect(JSON.parse(body)).toMatchObject({ object: 'chat.completion' });
    expect(simulator.requests.last()?.fault).toBe('completed');
  });
});

describe('a request the provider cannot read', () => {
  it.each([
    ['not JSON', 'nonsense', 400],
    ['without messages', JSON.stringify({ model: 'gpt-4o' }), 400],
    ['too large', JSON.stringify({ ...chat.body, filler: 'x'.repeat(2000) }), 413],
  ])("%s gets the provider's own error", async (_case, body, status) => {
    const simulator = await start({ maxBodyBytes: 1000 });
    const response = await ask(simulator, {}, { body });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});

describe('the request log', () => {
  it('keeps the newest and counts what it drops', async () => {
    const simulator = await start({ requestLogLimit: 2 });
    for (const seed of [1, 2, 3]) await textOf(ask(simulator, simulatorHeaders({ seed })));
    expect(simulator.requests.entries().map((record) => record.seed)).toEqual([2, 3]);
    expect(simulator.requests.dropped()).toBe(1);
  });

  it('keeps no credentials', async () => {
    const simulator = await start();
    await textOf(
      ask(simulator, { authorization: 'Bearer sk-secret', 'x-api-key': 'secret', traceparent: '00-1' }),
    );
    const response = await fetch(`${simulator.url}/simulator/requests`);
    const text = await response.text();
    expect(text).toContain('traceparent');
    expect(text).not.toContain('secret');
  });
});

describe('the simulator itself', () => {
  it('lists its faults over HTTP', async () => {
    const simulator = await start();
    const listed = await (await fetch(`${simulator.url}/simulator/faults`)).json();
    expect(listed).toContainEqual(expect.objectContaining({ name: 'reset_in_frame', group: 'disconnect' }));
  });

  it('tells how to use it at its root', async () => {
    const simulator = await start();
    expect(await textOf(fetch(simulator.url))).toContain(`${simulator.url}/v1/chat/completions`);
  });

  it('lets pages call it only when told to', async () => {
    const [open, closed] = [await start({ cors: true }), await start()];
    const allowed = await Promise.all(
      [open, closed].map(async ({ url }) => {
        const preflight = await fetch(`${url}${chat.path}`, { method: 'OPTIONS' });
        return preflight.headers.get('access-control-allow-origin');
      }),
    );
    expect(allowed).toEqual(['*', null]);
  });

  it('drops open streams when it closes', async () => {
    const simulator = await start();
    const response = await ask(simulator, simulatorHeaders({ fault: 'idle_stall' }));
    await simulator.close();
    await expect(response.text()).rejects.toThrow();
  });

  it('scales every wait, and paces chunks as asked', async () => {
    const { clock, waits } = recordingClock();
    const simulator = await start({ clock, timeScale: 0.5 });
    await textOf(
      ask(simulator, simulatorHeaders({ timing: { headersMs: 100, ttftMs: 300, gapMs: 20, chunks: 4 } })),
    );
    expect(waits).toEqual([50, 100, 10, 10, 10]);
  });

  it('gives the reader real time before a reset, whatever the time scale', async () => {
    const { clock, waits } = recordingClock();
    const simulator = await start({ clock, timeScale: 0, settleMs: 17 });
    const headers = simulatorHeaders({ fault: 'reset_after_headers' });
    await expect(textOf(ask(simulator, headers))).rejects.toThrow();
    expect(waits.at(-1)).toBe(17);
  });
});
