import type { Initiator, TerminationReason } from '@weir/schemas/termination';
import { type Fault, type FaultRequest, faults, type ProtocolName } from '@weir/simulator';
import type { Behaviour } from './behaviours.ts';
import type { ChatClient } from './clients.ts';

/** One ending: what the wire does, what the application does, and what a span has to say about it. */
export interface MatrixRow {
  readonly group: string;
  readonly name: string;
  /** What happens, for people. */
  readonly wire: string;
  readonly fault: FaultRequest;
  /** Where the call goes instead of to the simulator. */
  readonly url?: (places: Places) => string;
  readonly behaviour: Behaviour;
  readonly expected: ExpectedSpan;
  /** Clients that cannot show this ending, or read it in another way, which the table explains. */
  readonly exceptions?: Readonly<Record<string, ExpectedSpan | 'does not apply'>>;
  readonly serverSeesCancel: boolean;
}

export interface Places {
  readonly simulatorUrl: string;
  /** A port that nobody listens on. */
  readonly closedPort: number;
}

export interface ExpectedSpan {
  /** Any of them is right; the first is expected. */
  readonly reasons: readonly TerminationReason[];
  readonly stage: string;
  readonly note?: string;
}

const timings = { headersMs: 5, ttftMs: 10, gapMs: 5, jitter: 0, chunks: 12 };

/** Who ends a stream that ends like this; `unknown` wherever the wire does not tell provider and intermediary apart. */
const initiators: { readonly [R in TerminationReason]?: readonly Initiator[] } = {
  dns_error: ['unknown'],
  connect_error: ['unknown'],
  tls_error: ['unknown'],
  reset: ['unknown'],
  truncated: ['unknown'],
  malformed: ['unknown'],
  not_a_stream: ['unknown', 'intermediary'],
  gateway_error: ['intermediary'],
  headers_timeout: ['service'],
  first_chunk_timeout: ['service'],
  idle_timeout: ['service'],
  total_timeout: ['service'],
  client_abort: ['client'],
  consumer_break: ['service'],
};

export function initiatorsOf(reason: TerminationReason): readonly Initiator[] {
  return initiators[reason] ?? ['provider'];
}

/** Libraries that parse throw at a frame that is no JSON, and cancel: to their application the stream is broken. */
const givesUpAtBadFrame: ExpectedSpan = {
  reasons: ['malformed'],
  stage: 'streaming',
  note: 'the library gives up at the frame',
};

/** Frames of the wrong kind that such a library gives up at, while a plain reader goes on. */
const faultsThatLibrariesGiveUpAt = new Set(['malformed_frame']);

/** Readings that are as right as the simulator's own. */
const alsoRight: { readonly [F in Fault['name']]?: readonly TerminationReason[] } = {
  // The provider's error code says more than that there was an error.
  error_event: ['overloaded'],
  error_first: ['overloaded'],
  error_then_finish: ['overloaded'],
};
/** The stage of a reading that is not the expected one. */
const strictStage: { readonly [R in TerminationReason]?: string } = { malformed: 'streaming' };

/** The simulator's whole catalogue in the words of one protocol. */
function catalogueRows(protocol: ProtocolName): MatrixRow[] {
  return faults.flatMap((fault) => {
    const expected = fault.expected[protocol];
    return expected === undefined ? [] : [catalogueRow(fault, expected)];
  });
}

function catalogueRow(fault: Fault, expected: NonNullable<Fault['expected'][ProtocolName]>): MatrixRow {
  const reasons = [expected.reason, ...expected.acceptable, ...(alsoRight[fault.name] ?? [])];
  const timed = fault.endedBy === 'observer';
  return {
    group: fault.group,
    name: fault.name,
    wire: fault.wire,
    fault: { fault: fault.name, timing: timings, ...parametersOf(fault) },
    behaviour: timed ? 'sets a timer' : 'reads all',
    expected: { reasons, stage: expected.stage },
    ...(faultsThatLibrariesGiveUpAt.has(fault.name)
      ? { exceptions: { openai: givesUpAtBadFrame, '@anthropic-ai/sdk': givesUpAtBadFrame } }
      : {}),
    ...(timed && expected.stage !== 'done'
      ? { exceptions: { '@anthropic-ai/sdk': forwardedTimer(expected.stage) } }
      : {}),
    serverSeesCancel: timed && expected.stage !== 'done',
  };
}

/** It aborts its own controller without passing the reason on, so that a timer and a wish look the same. */
function forwardedTimer(stage: string): ExpectedSpan {
  return {
    reasons: ['client_abort'],
    stage,
    note: "the library hides the reason of the caller's signal",
  };
}

function parametersOf(fault: Fault): Partial<FaultRequest> {
  return {
    ...(fault.parameters.includes('after') ? { after: 4 } : {}),
    ...(fault.parameters.includes('every') ? { everyMs: 40 } : {}),
    ...(fault.parameters.includes('stall') && fault.endedBy === 'simulator' ? { stallMs: 200 } : {}),
    ...(fault.parameters.includes('size') ? { sizeBytes: 2 * 1024 * 1024 } : {}),
  };
}

const slow = { ...timings, gapMs: 40 };
const clientAbort = (stage: string): ExpectedSpan => ({
  reasons: ['client_abort'],
  stage,
});
const completed: ExpectedSpan = { reasons: ['completed'], stage: 'done' };
const consumerBreak: ExpectedSpan = { reasons: ['consumer_break'], stage: 'streaming' };
const onlyLibraries = { fetch: 'does not apply', 'fetch, for await': 'does not apply' } as const;

/** What the application itself does to a good stream. */
const applicationRows: readonly MatrixRow[] = [
  row('aborts before headers', { headersMs: 500 }, clientAbort('headers'), true),
  row('aborts before the first chunk', { ttftMs: 900 }, clientAbort('first_chunk'), true),
  row('aborts in the middle', {}, clientAbort('streaming'), true),
  {
    ...row("cancels by the library's own handle", {}, clientAbort('streaming'), true),
    exceptions: onlyLibraries,
  },
  row('aborts after the end', { gapMs: 5 }, completed, false),
  row('breaks', {}, consumerBreak, true),
  row('throws', {}, consumerBreak, true),
  row('breaks at the end', { gapMs: 5 }, completed, false),
  row('sets a timer', { chunks: 200 }, { reasons: ['total_timeout'], stage: 'streaming' }, true, {
    '@anthropic-ai/sdk': forwardedTimer('streaming'),
  }),
  {
    ...row(
      "sets the library's timer",
      { headersMs: 5000 },
      { reasons: ['headers_timeout'], stage: 'headers' },
      true,
    ),
    exceptions: onlyLibraries,
  },
];

/** Calls that never get through. */
const connectionRows: readonly MatrixRow[] = [
  connection('dns_error', 'A host name without an address.', () => 'http://nowhere.invalid'),
  connection(
    'connect_error',
    'A port that nobody listens on.',
    ({ closedPort }) => `http://127.0.0.1:${closedPort}`,
  ),
  connection('tls_error', 'TLS to a port that speaks none.', ({ simulatorUrl }) =>
    simulatorUrl.replace('http:', 'https:'),
  ),
];

function connection(reason: TerminationReason, wire: string, url: (places: Places) => string): MatrixRow {
  return {
    group: 'connection',
    name: reason,
    wire,
    url,
    fault: {},
    behaviour: 'reads all',
    expected: { reasons: [reason], stage: 'connect' },
    serverSeesCancel: false,
  };
}

/** Every row of one protocol. */
export function matrixRows(protocol: ProtocolName): MatrixRow[] {
  return [...connectionRows, ...catalogueRows(protocol), ...applicationRows];
}

function row(
  behaviour: Behaviour,
  timing: object,
  expected: ExpectedSpan,
  serverSeesCancel: boolean,
  exceptions: NonNullable<MatrixRow['exceptions']> = {},
): MatrixRow {
  return {
    group: 'application',
    name: `application ${behaviour}`,
    wire: `A good answer; the application ${behaviour}.`,
    fault: { fault: 'completed', timing: { ...slow, ...timing } },
    behaviour,
    expected,
    exceptions,
    serverSeesCancel,
  };
}

/** @returns the stage that goes with one of the expected reasons. */
export function stageFor(expected: ExpectedSpan, reason: TerminationReason): string {
  return reason === expected.reasons[0] ? expected.stage : (strictStage[reason] ?? expected.stage);
}

/** @returns undefined where the row does not apply to the client. */
export function expectedOf(row: MatrixRow, client: ChatClient): ExpectedSpan | undefined {
  const exception = row.exceptions?.[client.name];
  return exception === 'does not apply' ? undefined : (exception ?? row.expected);
}
