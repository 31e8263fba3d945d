import { isTerminationReason, outcomeOf } from '@weir/schemas/termination';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerFacts } from '../protocols/index.ts';
import type { Ending } from './ending.ts';
import { networkErrorFacts } from './network-error.ts';
import {
  type AnswerEvidence,
  decideOutcome,
  type ServiceEvidence as Evidence,
  type ResponseEvidence,
} from './outcome.ts';
import type { Progress } from './stream-meter.ts';

const connecting: Progress = {
  headersSeen: false,
  chunks: 0,
  durationSeconds: 2,
  lastGapSeconds: 2,
  lastWaitSeconds: 0,
  lastLoopLagSeconds: 0,
  stalled: false,
};
const waiting: Progress = { ...connecting, headersSeen: true };
const streaming: Progress = { ...waiting, chunks: 5, lastGapSeconds: 0.02 };

const ok: ResponseEvidence = {
  ok: true,
  status: 200,
  error: undefined,
  signs: { intermediary: undefined },
  document: undefined,
};

function answer(facts: Partial<AnswerFacts> = {}, more: Partial<AnswerEvidence> = {}): AnswerEvidence {
  return {
    facts: { finishReasonsRaw: [], terminalEventReceived: false, refused: false, ...facts },
    isKnownFormat: true,
    isParsed: false,
    hasTerminalEvent: true,
    cachedTokensAreExtra: false,
    broken: undefined,
    midFrame: false,
    events: 6,
    malformedEvents: 0,
    lastReadMalformed: false,
    ...more,
  };
}

function evidence({ ending = { kind: 'eof' }, ...more }: Partial<Evidence>): Evidence {
  return {
    ending,
    networkError: ending.kind === 'error' ? networkErrorFacts(ending.error) : undefined,
    progress: streaming,
    vantage: 'consumer',
    response: ok,
    answer: answer(),
    everPulled: true,
    offline: false,
    headersTimerSeconds: undefined,
    ...more,
  };
}

const beforeHeaders = { progress: connecting, response: undefined, answer: undefined, everPulled: false };
const beforeFirstChunk = { progress: waiting };

function failure(code: string, more: object = {}): Ending {
  return { kind: 'error', error: new TypeError('failed', { cause: { code, ...more } }) };
}

const plainAbort: Ending = { kind: 'abort', reason: new DOMException('aborted', 'AbortError') };
const timerAbort: Ending = { kind: 'abort', reason: new DOMException('timed out', 'TimeoutError') };
const ownAbort: Ending = { kind: 'abort', reason: 'user pressed stop' };

interface Row {
  readonly name: string;
  readonly when: Partial<Evidence>;
  readonly reason: string;
  readonly stage: string;
  readonly initiator: string;
}

const finished = answer({ ending: 'completed', finishReasonsRaw: ['stop'] });
const ended = answer({ ending: 'completed', finishReasonsRaw: ['stop'], terminalEventReceived: true });
const unterminated = answer({ ending: 'completed' }, { hasTerminalEvent: false });
const erred = answer({ error: { code: 'server_error', reason: 'provider_error' } });

const rows: Row[] = [
  // The provider's own end
  {
    name: 'finish reason and terminal event',
    when: { answer: ended },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'finish reason without terminal event',
    when: { answer: finished },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'terminal event without finish reason',
    when: { answer: answer({ terminalEventReceived: true }) },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'a protocol without terminal event',
    when: { answer: unterminated },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'token limit',
    when: { answer: answer({ ending: 'length', terminalEventReceived: true }) },
    reason: 'length',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'tool call',
    when: { answer: answer({ ending: 'tool_call', terminalEventReceived: true }) },
    reason: 'tool_call',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'refusal',
    when: { answer: answer({ ending: 'refusal', terminalEventReceived: true }) },
    reason: 'refusal',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'a call that is no stream',
    when: { answer: undefined },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },

  // What follows the end does not matter
  {
    name: 'reset after the terminal event',
    when: { answer: ended, ending: failure('ECONNRESET') },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'abort after the terminal event',
    when: { answer: ended, ending: plainAbort },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'break after the terminal event',
    when: { answer: ended, ending: { kind: 'cancel' } },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'break at the finish reason',
    when: { answer: finished, ending: { kind: 'cancel' } },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'reset after the finish reason',
    when: { answer: finished, ending: failure('ECONNRESET') },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'a connection that breaks while the page has no network',
    when: {
      ending: { kind: 'error', error: new TypeError('network error') },
      offline: true,
      answer: answer(),
    },
    reason: 'reset',
    stage: 'streaming',
    initiator: 'client',
  },
  {
    name: 'reset after an early finish reason, where no terminal event exists',
    when: { answer: unterminated, ending: failure('ECONNRESET') },
    reason: 'reset',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'abort after a finish reason, where no terminal event exists',
    when: { answer: unterminated, ending: plainAbort },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },

  // Errors that the provider tells
  {
    name: 'error event',
    when: { answer: erred },
    reason: 'provider_error',
    stage: 'streaming',
    initiator: 'provider',
  },
  {
    name: 'error event before the first chunk',
    when: { answer: erred, ...beforeFirstChunk },
    reason: 'provider_error',
    stage: 'first_chunk',
    initiator: 'provider',
  },
  {
    name: 'error event, finish reason and sentinel together',
    when: { answer: answer({ ...erred.facts, ending: 'length', terminalEventReceived: true }) },
    reason: 'provider_error',
    stage: 'streaming',
    initiator: 'provider',
  },
  {
    name: 'error event that the client throws at',
    when: { answer: erred, ending: { kind: 'cancel' } },
    reason: 'provider_error',
    stage: 'streaming',
    initiator: 'provider',
  },
  {
    name: 'overload told in the stream',
    when: { answer: answer({ error: { code: 'overloaded_error', reason: 'overloaded' } }) },
    reason: 'overloaded',
    stage: 'streaming',
    initiator: 'provider',
  },

  // Refused before any stream
  {
    name: 'HTTP 429',
    when: {
      ...beforeFirstChunk,
      answer: undefined,
      response: {
        ...ok,
        ok: false,
        status: 429,
        error: { reason: 'rate_limited', code: 'rate_limit', initiator: 'provider', evidence: 'HTTP 429' },
      },
    },
    reason: 'rate_limited',
    stage: 'headers',
    initiator: 'provider',
  },
  {
    name: 'HTTP 502 of a proxy',
    when: {
      ...beforeFirstChunk,
      answer: undefined,
      response: {
        ...ok,
        ok: false,
        status: 502,
        error: {
          reason: 'gateway_error',
          code: '',
          initiator: 'intermediary',
          evidence: 'HTTP 502 with an HTML body',
        },
      },
    },
    reason: 'gateway_error',
    stage: 'headers',
    initiator: 'intermediary',
  },
  {
    name: 'HTTP error whose body breaks',
    when: {
      ...beforeFirstChunk,
      answer: undefined,
      ending: failure('ECONNRESET'),
      response: {
        ...ok,
        ok: false,
        status: 500,
        error: { reason: 'server_error', code: '', initiator: 'provider', evidence: 'HTTP 500' },
      },
    },
    reason: 'server_error',
    stage: 'headers',
    initiator: 'provider',
  },
  {
    name: 'HTML at 200',
    when: { ...beforeFirstChunk, response: { ...ok, document: 'html' } },
    reason: 'not_a_stream',
    stage: 'first_chunk',
    initiator: 'intermediary',
  },
  {
    name: 'HTML at 200 from a known proxy',
    when: {
      ...beforeFirstChunk,
      response: { ...ok, document: 'html', signs: { intermediary: 'via: 1.1 proxy' } },
    },
    reason: 'not_a_stream',
    stage: 'first_chunk',
    initiator: 'intermediary',
  },

  // Before the headers
  {
    name: 'DNS',
    when: { ...beforeHeaders, ending: failure('ENOTFOUND') },
    reason: 'dns_error',
    stage: 'connect',
    initiator: 'unknown',
  },
  {
    name: 'refused',
    when: { ...beforeHeaders, ending: failure('ECONNREFUSED') },
    reason: 'connect_error',
    stage: 'connect',
    initiator: 'unknown',
  },
  {
    name: 'connect timeout',
    when: { ...beforeHeaders, ending: failure('UND_ERR_CONNECT_TIMEOUT') },
    reason: 'connect_timeout',
    stage: 'connect',
    initiator: 'service',
  },
  {
    name: 'TLS',
    when: { ...beforeHeaders, ending: failure('CERT_HAS_EXPIRED') },
    reason: 'tls_error',
    stage: 'connect',
    initiator: 'unknown',
  },
  {
    name: 'reset before headers',
    when: { ...beforeHeaders, ending: failure('ECONNRESET') },
    reason: 'connect_error',
    stage: 'headers',
    initiator: 'unknown',
  },
  {
    name: 'headers timeout of the runtime',
    when: { ...beforeHeaders, ending: failure('UND_ERR_HEADERS_TIMEOUT') },
    reason: 'headers_timeout',
    stage: 'headers',
    initiator: 'service',
  },
  {
    name: 'headers timeout of the client library',
    when: { ...beforeHeaders, ending: plainAbort, headersTimerSeconds: 2 },
    reason: 'headers_timeout',
    stage: 'headers',
    initiator: 'service',
  },
  {
    name: "the caller's timer before headers",
    when: { ...beforeHeaders, ending: timerAbort },
    reason: 'headers_timeout',
    stage: 'headers',
    initiator: 'service',
  },
  {
    name: 'abort before headers',
    when: { ...beforeHeaders, ending: plainAbort },
    reason: 'client_abort',
    stage: 'headers',
    initiator: 'client',
  },
  {
    name: 'a browser that is offline',
    when: {
      ...beforeHeaders,
      ending: { kind: 'error', error: new TypeError('Failed to fetch') },
      offline: true,
      vantage: 'browser',
    },
    reason: 'offline',
    stage: 'connect',
    initiator: 'client',
  },
  {
    name: 'a browser that says nothing',
    when: {
      ...beforeHeaders,
      ending: { kind: 'error', error: new TypeError('Failed to fetch') },
      vantage: 'browser',
    },
    reason: 'connect_error',
    stage: 'connect',
    initiator: 'unknown',
  },

  // Cut in the middle
  {
    name: 'clean end of an unknown format',
    when: { answer: answer({}, { isKnownFormat: false }) },
    reason: 'unknown',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'clean end without finish',
    when: {},
    reason: 'truncated',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'clean end inside a frame',
    when: { answer: answer({}, { midFrame: true }) },
    reason: 'truncated',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'empty body',
    when: beforeFirstChunk,
    reason: 'truncated',
    stage: 'first_chunk',
    initiator: 'unknown',
  },
  {
    name: 'reset',
    when: { ending: failure('ECONNRESET') },
    reason: 'reset',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'reset before the first chunk',
    when: { ...beforeFirstChunk, ending: failure('UND_ERR_SOCKET') },
    reason: 'reset',
    stage: 'first_chunk',
    initiator: 'unknown',
  },
  {
    name: 'a failed read without a code',
    when: { ending: { kind: 'error', error: new TypeError('network error') } },
    reason: 'reset',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'truncation after a silence of 60 s',
    when: { progress: { ...streaming, lastGapSeconds: 60.2 } },
    reason: 'truncated',
    stage: 'streaming',
    initiator: 'intermediary',
  },
  {
    name: 'truncation after a silence of no known timeout',
    when: { progress: { ...streaming, lastGapSeconds: 71.7 } },
    reason: 'truncated',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'reset behind a gateway that signs',
    when: { ending: failure('ECONNRESET'), response: { ...ok, signs: { intermediary: 'server: envoy' } } },
    reason: 'reset',
    stage: 'streaming',
    initiator: 'intermediary',
  },
  {
    name: 'reset after this process was blocked',
    when: {
      ending: failure('ECONNRESET'),
      progress: { ...streaming, lastGapSeconds: 5, lastLoopLagSeconds: 4.9 },
    },
    reason: 'reset',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'reset after the reader did not read',
    when: {
      ending: failure('ECONNRESET'),
      progress: { ...streaming, lastGapSeconds: 60.2, lastWaitSeconds: 60.2 },
    },
    reason: 'reset',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'idle timeout of the runtime',
    when: { ending: failure('UND_ERR_BODY_TIMEOUT') },
    reason: 'idle_timeout',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'the same before the first chunk',
    when: { ...beforeFirstChunk, ending: failure('UND_ERR_BODY_TIMEOUT') },
    reason: 'first_chunk_timeout',
    stage: 'first_chunk',
    initiator: 'service',
  },

  // Bytes
  {
    name: 'a content encoding that is broken',
    when: { ending: failure('Z_DATA_ERROR') },
    reason: 'malformed',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'a transfer encoding that is broken',
    when: { ending: failure('HPE_INVALID_CHUNK_SIZE') },
    reason: 'malformed',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'a frame over the limit',
    when: { answer: answer({}, { broken: 'frame_too_large' }) },
    reason: 'malformed',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'a bad frame that the stream survives',
    when: { answer: { ...ended, malformedEvents: 1 } },
    reason: 'completed',
    stage: 'done',
    initiator: 'provider',
  },
  {
    name: 'a bad frame and no end',
    when: { answer: answer({}, { malformedEvents: 1 }) },
    reason: 'malformed',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'a client that gives up at a bad frame',
    when: { ending: { kind: 'cancel' }, answer: answer({}, { malformedEvents: 1, lastReadMalformed: true }) },
    reason: 'malformed',
    stage: 'streaming',
    initiator: 'unknown',
  },
  {
    name: 'a client that leaves long after a bad frame',
    when: { ending: { kind: 'cancel' }, answer: answer({}, { malformedEvents: 1 }) },
    reason: 'consumer_break',
    stage: 'streaming',
    initiator: 'service',
  },

  // The application
  {
    name: 'abort',
    when: { ending: plainAbort },
    reason: 'client_abort',
    stage: 'streaming',
    initiator: 'client',
  },
  {
    name: 'abort with a reason of its own',
    when: { ending: ownAbort },
    reason: 'client_abort',
    stage: 'streaming',
    initiator: 'client',
  },
  {
    name: 'abort before the first chunk',
    when: { ...beforeFirstChunk, ending: plainAbort },
    reason: 'client_abort',
    stage: 'first_chunk',
    initiator: 'client',
  },
  {
    name: "the caller's timer before the first chunk",
    when: { ...beforeFirstChunk, ending: timerAbort },
    reason: 'first_chunk_timeout',
    stage: 'first_chunk',
    initiator: 'service',
  },
  {
    name: "the caller's timer while chunks flow",
    when: { ending: timerAbort },
    reason: 'total_timeout',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'the timer of axios, whose reason has a code',
    when: { ending: { kind: 'abort', reason: { code: 'ETIMEDOUT' } } },
    reason: 'total_timeout',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: "the caller's timer in a stall",
    when: { ending: timerAbort, progress: { ...streaming, stalled: true } },
    reason: 'idle_timeout',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'a timer in a browser',
    when: { ending: timerAbort, vantage: 'browser' },
    reason: 'total_timeout',
    stage: 'streaming',
    initiator: 'client',
  },
  {
    name: 'break',
    when: { ending: { kind: 'cancel' } },
    reason: 'consumer_break',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'a body that nobody read',
    when: { ...beforeFirstChunk, ending: { kind: 'collected' }, everPulled: false },
    reason: 'not_consumed',
    stage: 'first_chunk',
    initiator: 'service',
  },
  {
    name: 'a reader that was dropped',
    when: { ending: { kind: 'collected' } },
    reason: 'consumer_break',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'the end of the process',
    when: { ending: { kind: 'exit' } },
    reason: 'lost',
    stage: 'streaming',
    initiator: 'service',
  },
  {
    name: 'the end of the page',
    when: { ending: { kind: 'page_closed' }, vantage: 'browser' },
    reason: 'page_closed',
    stage: 'streaming',
    initiator: 'client',
  },
];

describe('the verdict', () => {
  test.each(rows)('$name: $reason at $stage by $initiator', ({ when, reason, stage, initiator }) => {
    const verdict = decideOutcome(evidence(when));
    expect(verdict).toMatchObject({ reason, stage, initiator });
    expect(verdict.outcome).toBe(outcomeOf(verdict.reason));
    expect(verdict.initiatorEvidence).not.toBe('');
  });

  test('is one of the vocabulary for every combination of facts', () => {
    const endings: Ending[] = [
      { kind: 'eof' },
      { kind: 'error', error: undefined },
      { kind: 'abort', reason: undefined },
      { kind: 'cancel' },
      { kind: 'collected' },
      { kind: 'exit' },
      { kind: 'page_closed' },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...endings),
        fc.constantFrom(connecting, waiting, streaming),
        fc.constantFrom(undefined, ok, { ...ok, ok: false, status: 599 }),
        fc.constantFrom(undefined, answer(), ended, finished, unterminated, erred),
        fc.boolean(),
        (ending, progress, response, heard, offline) => {
          const verdict = decideOutcome(evidence({ ending, progress, response, answer: heard, offline }));
          expect(isTerminationReason(verdict.reason)).toBe(true);
        },
      ),
    );
  });
});
