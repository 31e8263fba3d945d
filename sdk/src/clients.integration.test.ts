import { readFile } from 'node:fs/promises';
import { outcomeOf, type TerminationReason } from '@weir/schemas/termination';
import { createSimulator, type RequestRecord, type Simulator } from '@weir/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { observeFetch } from './fetch/observe-fetch.ts';
import { openStreams } from './fetch/open-streams.ts';
import { observeStream } from './observe-stream.ts';
import { behave, isCutByClock } from './testing/behaviours.ts';
import { type ClientRow, rowsFor, streamRowsFor } from './testing/client-matrix.ts';
import type { ChatClient } from './testing/clients.ts';
import { initiatorsOf } from './testing/fault-matrix.ts';
import { collectGarbage } from './testing/garbage-collection.ts';
import { factOf, type RecordedSpans, recordSpans } from './testing/recorded-spans.ts';
import { fetchClients, streamClients } from './testing/vendors/index.ts';

// Nearly all of the time is waiting.
vi.setConfig({ maxConcurrency: 8 });

/** Node forgets the signal of a `Request` that is collected; a collection would then decide whether a client aborts. */
const held: unknown[] = [];
const fetchHeld: typeof fetch = (input, init) => {
  held.push(input);
  return fetch(input, init);
};

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
/** Below the timers of the applications, above the gaps of the simulator. */
const stallThreshold = 0.05;
let simulator: Simulator;
let calls = 0;

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  simulator = await createSimulator();
});
afterAll(async () => {
  await simulator.close();
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
  expect(openStreams.size).toBe(0);
});

/** A way to observe a client. */
interface Way {
  readonly clients: readonly ChatClient[];
  readonly rows: (client: ChatClient) => ClientRow[];
  readonly observe: (client: ChatClient, spans: RecordedSpans) => ChatClient;
}

const byFetch: Way = {
  clients: fetchClients,
  rows: rowsFor,
  observe: (client, { tracerProvider }) => ({
    ...client,
    open: (call) =>
      client.open({
        ...call,
        fetch: observeFetch(call.fetch, {
          tracerProvider,
          stallThreshold,
          ...(client.named === undefined ? {} : { protocol: client.named }),
        }),
      }),
  }),
};

const byStream: Way = {
  clients: streamClients,
  rows: streamRowsFor,
  observe: (client, { tracerProvider }) => ({
    ...client,
    async open(call) {
      const answer = await client.open(call);
      const signal = call.signal === undefined ? {} : { signal: call.signal };
      observeStream(answer.events, { tracerProvider, stallThreshold, ...signal });
      return answer;
    },
  }),
};

const clients = Object.entries({ 'by an observed fetch': byFetch, 'by observeStream()': byStream }).flatMap(
  ([how, way]) => way.clients.map((client) => ({ client, way, name: `${client.name} ${how}` })),
);
const isCollected = ({ expected }: ClientRow) => expected.whenCollected === true;

describe.concurrent.each(clients)('$name', ({ client, way }) => {
  const rows = way.rows(client).filter((row) => !isCollected(row));
  test.each(rows)('$name', async (row) => {
    const seen = await seeSame(client, way, row);
    await seen.spans.waitFor(1);
    await expectEnding(seen, row);
  });
});

describe('a stream that a library drops without a word', () => {
  const dropped = clients.flatMap(({ client, way, name }) =>
    way
      .rows(client)
      .filter(isCollected)
      .map((row) => ({ client, way, row, name: `${name} ${row.name}` })),
  );
  const behaved = new Map<string, Behaved>();

  // Node forgets the signal of a collected `Request`, so that no call may be under way during a collection.
  beforeAll(async () => {
    const all = dropped.map(async ({ client, way, row, name }) =>
      behaved.set(name, await seeSame(client, way, row)),
    );
    await Promise.all(all);
    const isOpen = ({ spans }: Behaved) => spans.all().length === 0;
    for (let attempt = 0; attempt < 100 && [...behaved.values()].some(isOpen); attempt++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test.each(dropped)('$name', async ({ row, name }) => {
    const seen = behaved.get(name);
    if (seen === undefined) throw new Error('the client did not behave');
    await expectEnding(seen, row);
  });
});

test('docs/clients.md names every client', async () => {
  const published = await readFile(new URL('../../docs/clients.md', import.meta.url), 'utf8');
  const table = published.split('\n').filter((line) => line.startsWith('| '));
  const missing = clients.filter(({ client }) => {
    const words = client.name
      .split(/ (?:with|chat|responses|create)?\s*/)
      .filter((word) => /[a-z]/.test(word));
    return !table.some((row) => words.every((word) => row.includes(word)));
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

interface Behaved {
  readonly spans: RecordedSpans;
  /** Finds the observed call in the simulator's log. */
  readonly key: string;
}

/** Behaves twice, unobserved and observed, and sees that the application cannot tell the one from the other. */
async function seeSame(client: ChatClient, way: Way, { fault, behaviour }: ClientRow): Promise<Behaved> {
  const spans = recordSpans();
  const key = `call-${++calls}`;
  const call = { url: simulator.url, fault, fetch: fetchHeld };
  const bare = await behave(client, call, behaviour);
  const seen = await behave(way.observe(client, spans), { ...call, fault: { ...fault, key } }, behaviour);
  expect(seen.ended).toEqual(bare.ended);
  if (!isCutByClock(behaviour)) expect(seen.events).toBe(bare.events);
  return { spans, key };
}

async function expectEnding({ spans, key }: Behaved, { expected, behaviour }: ClientRow): Promise<void> {
  const [span] = spans.all();
  const reason = factOf(span, 'reason') as TerminationReason;
  expect(expected.reasons).toContain(reason);
  expect(factOf(span, 'stage')).toBe(expected.stage);
  expect(factOf(span, 'outcome')).toBe(outcomeOf(reason));
  expect(expected.initiators ?? initiatorsOf(reason)).toContain(factOf(span, 'initiator'));
  const end = await recordOf(key)?.ended;
  // A call that is given up at once may never get there.
  const wasSent = end !== undefined || behaviour !== 'aborts before headers';
  if (expected.serverSeesCancel && wasSent) expect(end?.by).toBe('client_closed');
  expect(await spans.waitFor(2, 20)).toHaveLength(1);
}

function recordOf(key: string): RequestRecord | undefined {
  const isAskedBy = ({ headers }: RequestRecord) =>
    String(headers['x-simulator-fault']).endsWith(`key=${key}`);
  return simulator.requests.entries().find(isAskedBy);
}
