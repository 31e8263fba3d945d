import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fetch, observeFetch } from './fetch/observe-fetch.ts';
import { openStreams } from './fetch/open-streams.ts';
import { describeError } from './testing/behaviours.ts';
import { type FramedFault, type FramedServer, serveFrames } from './testing/framed-server.ts';
import { collectGarbage } from './testing/garbage-collection.ts';
import { factOf, type RecordedSpans, recordSpans } from './testing/recorded-spans.ts';
import { type SpecialClient, specialClients } from './testing/vendors/agents-and-speech.ts';

type Reading = 'to the end' | 'breaks' | 'throws' | 'aborts';

interface Row {
  readonly name: string;
  readonly fault: FramedFault;
  readonly reading: Reading;
  readonly reasons: (client: SpecialClient) => readonly string[];
  readonly stage?: string;
}

const rows: readonly Row[] = [
  {
    name: 'completed',
    fault: { kind: 'none' },
    reading: 'to the end',
    reasons: () => ['completed'],
    stage: 'done',
  },
  { name: 'reset', fault: { kind: 'reset', after: 3 }, reading: 'to the end', reasons: () => ['reset'] },
  {
    name: 'a clean end in the middle',
    fault: { kind: 'eof', after: 3 },
    reading: 'to the end',
    reasons: ({ cutShort }) => [cutShort],
  },
  {
    name: 'HTTP 429',
    fault: { kind: 'http', status: 429, body: '' },
    reading: 'to the end',
    reasons: () => ['rate_limited'],
    stage: 'headers',
  },
  { name: 'break', fault: { kind: 'stall', after: 4 }, reading: 'breaks', reasons: () => ['consumer_break'] },
  { name: 'throw', fault: { kind: 'stall', after: 4 }, reading: 'throws', reasons: () => ['consumer_break'] },
  {
    name: 'abort in the middle',
    fault: { kind: 'stall', after: 4 },
    reading: 'aborts',
    reasons: () => ['client_abort'],
  },
];

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => {
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
  expect(openStreams.size).toBe(0);
});

/** @returns what the application saw: every event, and how it ended. */
async function read(client: SpecialClient, url: string, fetch: Fetch, reading: Reading): Promise<unknown[]> {
  const abort = new AbortController();
  const seen: unknown[] = [];
  try {
    for await (const event of await client.open({ url, fetch, signal: abort.signal })) {
      seen.push(JSON.stringify(event));
      if (seen.length < 3) continue;
      if (reading === 'breaks') break;
      if (reading === 'throws') throw new RangeError('the application has a bug');
      if (reading === 'aborts') setTimeout(() => abort.abort(), 30);
    }
    return [...seen, 'normally'];
  } catch (error) {
    return [...seen, describeError(error)];
  }
}

/** A library that drops its stream without a word lets go of it when it is collected. */
async function onlySpan(spans: RecordedSpans) {
  for (let attempt = 0; attempt < 100 && spans.all().length === 0; attempt++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(spans.all()).toHaveLength(1);
  return spans.all()[0];
}

describe.each(specialClients.map((client) => ({ client, name: client.name })))('$name', ({ client }) => {
  let server: FramedServer;
  beforeAll(async () => {
    server = await serveFrames(client.answer);
  });
  afterAll(() => server.close());

  const cases: readonly Row[] = [
    ...rows,
    {
      name: 'an error event',
      fault: { kind: 'frame', after: 3, frame: client.error },
      reading: 'to the end',
      reasons: () => ['provider_error', 'overloaded', 'server_error'],
    },
  ];

  test.each(cases)('$name', async ({ fault, reading, reasons, stage = 'streaming' }) => {
    server.fault = fault.kind === 'http' ? { ...fault, body: client.refusal } : fault;
    const spans = recordSpans();
    const bare = await read(client, server.url, globalThis.fetch, reading);
    const fetch = observeFetch(globalThis.fetch, { tracerProvider: spans.tracerProvider });
    expect(await read(client, server.url, fetch, reading)).toEqual(bare);
    const span = await onlySpan(spans);
    const reason = factOf(span, 'reason');
    expect(reasons(client)).toContain(reason);
    expect(factOf(span, 'stage')).toBe(reason === 'completed' ? 'done' : stage);
    expect(factOf(span, 'protocol')).toBe(client.protocol);
    if (reading === 'aborts') expect(server.isCancelled).toBe(true);
  });
});

test('docs/clients.md names every client', async () => {
  const published = await readFile(new URL('../../docs/clients.md', import.meta.url), 'utf8');
  const table = published.split('\n').filter((line) => line.startsWith('| '));
  const missing = specialClients.filter(
    ({ name }) => !table.some((row) => name.split(' ').every((word) => row.includes(word))),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});
