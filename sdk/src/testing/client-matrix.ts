import type { Initiator, TerminationReason } from '@weir/schemas/termination';
import type { FaultRequest } from '@weir/simulator';
import type { Behaviour } from './behaviours.ts';
import type { ChatClient } from './clients.ts';

/** One ending that every client is put through. */
export interface ClientRow {
  readonly name: string;
  readonly fault: FaultRequest;
  readonly behaviour: Behaviour;
  readonly expected: ExpectedEnding;
}

export interface ExpectedEnding {
  /** Any of them is right. */
  readonly reasons: readonly TerminationReason[];
  readonly stage: string;
  /** Default: those that go with the reason. */
  readonly initiators?: readonly Initiator[];
  /** The connection is closed at once, so that the provider stops. */
  readonly serverSeesCancel: boolean;
  /** The span comes when the body is garbage: the library drops it without a word. */
  readonly whenCollected?: boolean;
  /** Why this client shows the ending in another way than most do. */
  readonly because?: string;
}

const quick = { headersMs: 5, ttftMs: 10, gapMs: 2, jitter: 0, chunks: 12 };
const slow = { headersMs: 5, ttftMs: 10, gapMs: 40, jitter: 0, chunks: 40 };

function provided(fault: NonNullable<FaultRequest['fault']>, stage: string, ...reasons: TerminationReason[]) {
  return {
    name: fault,
    fault: { fault, timing: quick, after: 4 },
    behaviour: 'reads all',
    expected: { reasons, stage, serverSeesCancel: false },
  } satisfies ClientRow;
}

function chosen(behaviour: Behaviour, reason: TerminationReason, stage = 'streaming', timing: object = slow) {
  return {
    name: behaviour,
    fault: { timing },
    behaviour,
    expected: { reasons: [reason], stage, serverSeesCancel: true },
  } satisfies ClientRow;
}

function silent(behaviour: Behaviour): ClientRow {
  return {
    ...chosen(behaviour, 'idle_timeout'),
    name: `idle_stall, ${behaviour}`,
    fault: { fault: 'idle_stall', after: 4, timing: quick },
  };
}

/** What the provider and the network do to a client, and what an application does with it. */
const rows: readonly ClientRow[] = [
  provided('completed', 'done', 'completed'),
  provided('length', 'done', 'length'),
  provided('reset_between_frames', 'streaming', 'reset'),
  provided('eof_between_frames', 'streaming', 'truncated'),
  provided('error_event', 'streaming', 'provider_error', 'overloaded'),
  provided('http_429_rate_limit', 'headers', 'rate_limited'),
  provided('http_500', 'headers', 'server_error'),
  chosen('breaks', 'consumer_break'),
  chosen('throws', 'consumer_break'),
  chosen('aborts in the middle', 'client_abort'),
  chosen("cancels by the library's own handle", 'client_abort'),
  chosen('aborts before headers', 'client_abort', 'headers', { headersMs: 3000 }),
  silent('sets a timer'),
  silent("sets the library's timer"),
];

type Row = (typeof rows)[number]['name'];
const leaving: readonly Row[] = ['breaks', 'throws'];

/** A way in which some clients differ from the rest; `undefined` where the client cannot do it at all. */
interface Peculiarity {
  readonly clients: RegExp;
  readonly rows: readonly Row[];
  readonly expected: Partial<ExpectedEnding> | undefined;
}

const peculiarities: readonly Peculiarity[] = [
  {
    // One promise for the whole answer: nothing to leave in the middle.
    clients: /\.final/,
    rows: [...leaving, 'aborts in the middle', "cancels by the library's own handle"],
    expected: undefined,
  },
  {
    clients: /^(@google|@aws|ai |axios|cohere)/,
    rows: ["cancels by the library's own handle"],
    expected: undefined,
  },
  {
    // Its calls take no signal.
    clients: /^ollama/,
    rows: ['aborts in the middle', 'aborts before headers', 'idle_stall, sets a timer'],
    expected: undefined,
  },
  {
    // Their timers stop when the headers are there, or there is none.
    clients: /^(openai|@anthropic|@aws|ollama|cohere|ai with [a-zD])/,
    rows: ["idle_stall, sets the library's timer"],
    expected: undefined,
  },
  {
    clients: /^(@anthropic|@google|axios)/,
    rows: ['idle_stall, sets a timer'],
    expected: { reasons: ['client_abort'], because: "the library hides the reason of the caller's signal" },
  },
  {
    clients: /^axios/,
    rows: ['http_429_rate_limit', 'http_500'],
    expected: { initiators: ['unknown'], because: 'it does not read the body, which says who answered' },
  },
  {
    clients: /^@google/,
    rows: ["idle_stall, sets the library's timer"],
    expected: { reasons: ['client_abort'], because: 'its timer aborts without a reason' },
  },
  {
    clients: /\.(stream|toReadableStream)\(\)$/,
    rows: leaving,
    expected: {
      reasons: ['client_abort', 'consumer_break'],
      because: 'it reads ahead, and leaving its loop aborts the read that waits',
    },
  },
  {
    clients: /^(@google|@aws|ai |ollama)/,
    rows: leaving,
    expected: {
      serverSeesCancel: false,
      whenCollected: true,
      because: 'it neither cancels nor reads on: the stream ends when the body is collected',
    },
  },
];

/** What is different where not the call is observed, but the stream that it gave. */
const ofStreams: readonly Peculiarity[] = [
  ...peculiarities.filter(({ expected }) => expected === undefined),
  { clients: /^undici/, rows: ["cancels by the library's own handle"], expected: undefined },
  {
    clients: /^@google/,
    rows: ["idle_stall, sets the library's timer"],
    expected: { reasons: ['client_abort'], because: 'its timer aborts without a reason' },
  },
  {
    clients: /^(@google|@aws|ollama)/,
    rows: leaving,
    expected: { serverSeesCancel: false, because: 'the library does not cancel' },
  },
  {
    clients: /^axios with its http/,
    rows: ["idle_stall, sets the library's timer"],
    expected: { reasons: ['reset'], because: 'the error of its timer has the code of a broken connection' },
  },
  {
    clients: /^ollama/,
    rows: ['error_event', 'eof_between_frames'],
    expected: {
      reasons: ['reset'],
      initiators: ['unknown'],
      because: 'it throws a bare message, from which nothing can be told',
    },
  },
  {
    // Without headers there is no stream to observe.
    clients: /./,
    rows: ['http_429_rate_limit', 'http_500', 'aborts before headers'],
    expected: undefined,
  },
];

/** What is different where a library sends by `node:http`. */
const byHttp: readonly Peculiarity[] = [
  { clients: /^(node|got|axios)/, rows: ["cancels by the library's own handle"], expected: undefined },
  {
    clients: /^(node|openai)/,
    rows: ["idle_stall, sets the library's timer"],
    expected: undefined,
  },
  {
    clients: /^(node:http|axios)/,
    rows: ['http_429_rate_limit', 'http_500'],
    expected: { initiators: ['unknown'], because: 'it does not read the body, which says who answered' },
  },
  {
    clients: /^got/,
    rows: leaving,
    expected: { reasons: ['client_abort'], because: 'it gives up its request, as for an abort' },
  },
  {
    clients: /^(openai|got|node-fetch|axios)/,
    rows: ['idle_stall, sets a timer'],
    expected: { reasons: ['client_abort'], because: "the library hides the reason of the caller's signal" },
  },
];

/** @returns the same for a client that sends by `node:http`. */
export function httpRowsFor(client: ChatClient): ClientRow[] {
  return rowsWith(client, byHttp);
}

/** @returns the rows that apply to a client, each with what is right for it. */
export function rowsFor(client: ChatClient): ClientRow[] {
  return rowsWith(client, peculiarities);
}

/** @returns the same for the streams of a client, observed by `observeStream()`. */
export function streamRowsFor(client: ChatClient): ClientRow[] {
  return rowsWith(client, ofStreams);
}

function rowsWith(client: ChatClient, special: readonly Peculiarity[]): ClientRow[] {
  return rows.flatMap((row) => {
    const found = special.filter((one) => one.clients.test(client.name) && one.rows.includes(row.name));
    if (found.some(({ expected }) => expected === undefined)) return [];
    const expected = Object.assign({}, row.expected, ...found.map((one) => one.expected)) as ExpectedEnding;
    return [{ ...row, expected }];
  });
}
