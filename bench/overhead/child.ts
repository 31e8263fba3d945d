/**
 * One client, bare or instrumented, in a process of its own: `node --expose-gc child.ts <subject> <bare|with> <server>`.
 * Measures what its parent asks for, one `Order` at a time, and answers each with a number. Without a server the answers
 * are made in this process.
 */
import process from 'node:process';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type Attributes, SpanKind, trace } from '@opentelemetry/api';
import { loadSubject, type SpanRecord, type Subject, type SubjectModule } from '../peers/subject.ts';
import { chunksHeader } from './chat-frames.ts';
import { type Answer, syntheticFetch } from './synthetic-fetch.ts';

export type Order =
  /** Reads answers one after the other. Gives microseconds of CPU for each answer. */
  | { readonly measure: 'cpu'; readonly streams: number; readonly chunks: number }
  /** Reads answers up to their last chunk and keeps them open. Gives bytes for each, after garbage collection. */
  | { readonly measure: 'memory'; readonly streams: number; readonly chunks: number }
  /** Asks one after the other. Gives the median of microseconds from the call to the first chunk. */
  | { readonly measure: 'first chunk'; readonly streams: number; readonly chunks: number }
  /** Asks many at once, so that the code is compiled as in a process that has run for a while. Gives nothing. */
  | { readonly measure: 'warm up'; readonly streams: number; readonly chunks: number }
  /** Makes spans like the last one of a stream by the OpenTelemetry API alone. Gives microseconds of CPU for each. */
  | { readonly measure: 'bare span'; readonly streams: number; readonly chunks: number };

const [name = '', mode = '', server = ''] = process.argv.slice(2);

let answer: Answer = { chunks: 0, staysOpen: false };
if (server === '') globalThis.fetch = syntheticFetch(() => answer);

let spans = 0;
let lastSpan: SpanRecord | undefined;
const module: SubjectModule = name === 'fetch' ? await import('./fetch-subject.ts') : await loadSubject(name);
const create = mode === 'bare' ? module.createBare : module.createSubject;
const subject: Subject = await create({
  baseURL: server === '' ? 'http://127.0.0.1:1/v1' : server,
  onSpan: (span) => {
    spans += 1;
    lastSpan = span;
  },
});

const warmUpChunks = 200;
/** What is put off for open streams is done by then. */
const settlingMs = 500;

const measures: { readonly [M in Order['measure']]: (order: Order) => Promise<number> } = {
  cpu: cpuPerStream,
  memory: memoryPerStream,
  'first chunk': timeToFirstChunk,
  'warm up': warmUp,
  'bare span': cpuPerBareSpan,
};

process.on('message', (order: Order) => {
  measures[order.measure](order).then(
    (value) => process.send?.({ value, spans }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.send?.('ready');

async function cpuPerStream({ streams, chunks }: Order): Promise<number> {
  answer = { chunks, staysOpen: false };
  const before = process.cpuUsage();
  for (let i = 0; i < streams; i += 1) await within(() => readAll(chunks));
  // What an instrumentation puts off until later belongs to it.
  for (let i = 0; i < 5; i += 1) await nextTurn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / streams;
}

async function readAll(chunks: number): Promise<void> {
  let seen = 0;
  for await (const text of await ask(chunks)) {
    if (text !== '') seen += 1;
  }
  // A plain `fetch` counts reads, and a socket may bring several chunks in one.
  const least = name === 'fetch' && server !== '' ? 1 : chunks;
  if (seen < least) throw new Error(`${seen} of ${chunks} chunks were read`);
}

async function memoryPerStream({ streams, chunks }: Order): Promise<number> {
  const open: unknown[] = [];
  const openMore = async (length: number) => {
    answer = { chunks: length, staysOpen: true };
    for (let i = 0; i < streams; i += 1) open.push(await within(() => openedUpTo(length)));
    await sleep(settlingMs);
    return retained();
  };
  // What the first open streams make the process keep is not kept once more for each.
  const before = await openMore(warmUpChunks);
  const after = await openMore(chunks);
  if (open.length !== streams * 2) throw new Error('streams were dropped');
  return (after - before) / streams;
}

/** An answer of which the last chunk has been read, with a read that waits for more. */
async function openedUpTo(chunks: number): Promise<unknown> {
  const iterator = (await ask(chunks))[Symbol.asyncIterator]();
  for (let seen = 0; seen < chunks; ) {
    const { done, value } = await iterator.next();
    if (done) throw new Error(`ended after ${seen} of ${chunks} chunks`);
    if (value !== '') seen += 1;
  }
  return { iterator, waiting: iterator.next() };
}

async function timeToFirstChunk({ streams, chunks }: Order): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < streams; i += 1) {
    const startedAt = performance.now();
    let first: number | undefined;
    await within(async () => {
      for await (const text of await ask(chunks)) if (text !== '') first ??= performance.now() - startedAt;
    });
    times.push((first ?? Number.NaN) * 1000);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

const atOnce = 20;

async function warmUp({ streams, chunks }: Order): Promise<number> {
  answer = { chunks, staysOpen: false };
  for (let asked = 0; asked < streams; asked += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => within(() => readAll(chunks))));
  }
  return 0;
}

/** About as many attributes are known when a call begins. */
const attributesAtStart = 10;

async function cpuPerBareSpan({ streams }: Order): Promise<number> {
  if (lastSpan === undefined) throw new Error('no span has ended yet');
  const { name } = lastSpan;
  const entries = Object.entries(lastSpan.attributes) as [string, Attributes[string]][];
  const atStart = Object.fromEntries(entries.slice(0, attributesAtStart));
  const atEnd = Object.fromEntries(entries.slice(attributesAtStart));
  const tracer = trace.getTracer('bare');
  const before = process.cpuUsage();
  for (let i = 0; i < streams; i += 1) {
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: atStart });
    span.setAttributes(atEnd);
    span.end();
    if (i % 1000 === 0) await nextTurn();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / streams;
}

function ask(chunks: number): Promise<AsyncIterable<string>> {
  return subject.open({ headers: { [chunksHeader]: String(chunks) }, signal: undefined });
}

async function retained(): Promise<number> {
  for (let i = 0; i < 4; i += 1) {
    await nextTurn();
    gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function within<T>(run: () => Promise<T>): Promise<T> {
  return subject.inRequest?.(run) ?? run();
}
