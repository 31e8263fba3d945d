import type { Initiator, TerminationReason } from '@weir/schemas/termination';
import { type Fault, type FaultRequest, faults, type ProtocolName } from '@weir/simulator';
import type { Behaviour } from './behaviours.ts';
import type { ChatClient } from './clients.ts';

/** One ending: what the wire does, what the application does, and what a span has to say about it. */
export interface MatrixRow {
  readonly group: string;
  readonly name: string;
  readonly fault: FaultRequest;
  readonly behaviour: Behaviour;
  readonly expected: ExpectedSpan;
  /** Clients that cannot show this ending, or read it in another way, which the table explains. */
  readonly exceptions?: Readonly<Record<string, ExpectedSpan | 'does not apply'>>;
  readonly serverSeesCancel: boolean;
}

export interface ExpectedSpan {
  /** Any of them is right; the first is expected. */
  readonly reasons: readonly TerminationReason[];
  readonly stage: string;
  readonly initiator: Initiator;
  readonly note?: string;
}

const timings = { headersMs: 5, ttftMs: 10, gapMs: 5, jitter: 0, chunks: 12 };

/** Who ends what the simulator does; `unknown` wherever the wire does not tell provider and intermediary apart. */
const initiatorOf: { readonly [R in TerminationReason]?: Initiator } = {
  connect_error: 'unknown',
  reset: 'unknown',
  truncated: 'unknown',
  malformed: 'unknown',
  not_a_stream: 'unknown',
  gateway_error: 'intermediary',
  headers_timeout: 'service',
  first_chunk_timeout: 'service',
  idle_timeout: 'service',
  total_timeout: 'service',
};

/** Libraries that parse throw at a frame that is no JSON, and cancel: to their application the stream is broken. */
const givesUpAtBadFrame: ExpectedSpan = {
  reasons: ['malformed'],
  stage: 'streaming',
  initiator: 'unknown',
  note: 'the library gives up at the frame',
};

/** Frames of the wrong kind that such a library gives up at, while a plain reader goes on. */
const faultsThatLibrariesGiveUpAt = new Set(['malformed_frame']);

/** The simulator's whole catalogue in the words of one protocol. */
export function catalogueRows(protocol: ProtocolName): MatrixRow[] {
  return faults.flatMap((fault) => {
    const expected = fault.expected[protocol];
    return expected === undefined ? [] : [catalogueRow(fault, expected)];
  });
}

function catalogueRow(fault: Fault, expected: NonNullable<Fault['expected'][ProtocolName]>): MatrixRow {
  const reasons = [expected.reason, ...expected.acceptable];
  const timed = expected.reason.endsWith('_timeout');
  return {
    group: fault.group,
    name: fault.name,
    fault: { fault: fault.name, timing: timings, ...parametersOf(fault) },
    behaviour: timed ? 'sets a timer' : 'reads all',
    expected: { reasons, stage: expected.stage, initiator: initiatorOf[expected.reason] ?? 'provider' },
    ...(faultsThatLibrariesGiveUpAt.has(fault.name)
      ? { exceptions: { openai: givesUpAtBadFrame, '@anthropic-ai/sdk': givesUpAtBadFrame } }
      : {}),
    ...(timed ? { exceptions: { '@anthropic-ai/sdk': forwardedTimer(expected.stage) } } : {}),
    serverSeesCancel: timed,
  };
}

/** It aborts its own controller without passing the reason on, so that a timer and a wish look the same. */
function forwardedTimer(stage: string): ExpectedSpan {
  return {
    reasons: ['client_abort'],
    stage,
    initiator: 'client',
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
  initiator: 'client',
});
const completed: ExpectedSpan = { reasons: ['completed'], stage: 'done', initiator: 'provider' };
const consumerBreak: ExpectedSpan = { reasons: ['consumer_break'], stage: 'streaming', initiator: 'service' };
const onlyLibraries = { fetch: 'does not apply', 'fetch, for await': 'does not apply' } as const;

/** What the application itself does to a good stream. */
export const applicationRows: readonly MatrixRow[] = [
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
  row(
    'sets a timer',
    { chunks: 200 },
    { reasons: ['total_timeout'], stage: 'streaming', initiator: 'service' },
    true,
    {
      '@anthropic-ai/sdk': forwardedTimer('streaming'),
    },
  ),
  {
    ...row(
      "sets the library's timer",
      { headersMs: 5000 },
      { reasons: ['headers_timeout'], stage: 'headers', initiator: 'service' },
      true,
    ),
    exceptions: onlyLibraries,
  },
];

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
    fault: { fault: 'completed', timing: { ...slow, ...timing } },
    behaviour,
    expected,
    exceptions,
    serverSeesCancel,
  };
}

/** @returns undefined where the row does not apply to the client. */
export function expectedOf(row: MatrixRow, client: ChatClient): ExpectedSpan | undefined {
  const exception = row.exceptions?.[client.name];
  return exception === 'does not apply' ? undefined : (exception ?? row.expected);
}
