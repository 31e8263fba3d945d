import { describe, expect, it } from 'vitest';
import { type EndingFacts, endingOf } from './ending.ts';

const nothing: EndingFacts = {
  isError: false,
  errorType: '',
  httpStatus: null,
  message: '',
  finishReasons: [],
};

describe('the ending that another instrumentation recorded', () => {
  it('is unknown when it says nothing, even with HTTP 200', () => {
    expect(endingOf(nothing)).toMatchObject({ outcome: 'unknown', reason: 'unknown', stage: 'unknown' });
    expect(endingOf({ ...nothing, httpStatus: 200 })).toMatchObject({ outcome: 'unknown' });
  });

  it.each([
    ['stop', 'completed', 'completed'],
    ['end_turn', 'completed', 'completed'],
    ['STOP', 'completed', 'completed'],
    ['tool_use', 'completed', 'tool_call'],
    ['pause_turn', 'completed', 'paused'],
    ['MAX_TOKENS', 'limited', 'length'],
    ['content-filter', 'limited', 'content_filter'],
    ['refusal', 'limited', 'refusal'],
  ])('is decided by the finish reason %s: %s, %s', (word, outcome, reason) => {
    expect(endingOf({ ...nothing, finishReasons: [word] })).toEqual({ outcome, reason, stage: 'done' });
  });

  it.each(['unknown', 'other', 'constructor', ''])('stays unknown for the finish reason "%s"', (word) => {
    expect(endingOf({ ...nothing, finishReasons: [word] }).outcome).toBe('unknown');
  });

  it('of several choices is the one that did not simply stop', () => {
    expect(endingOf({ ...nothing, finishReasons: ['stop', 'length', 'stop'] }).reason).toBe('length');
  });

  it('is a failure when a finish reason is `error`', () => {
    expect(endingOf({ ...nothing, finishReasons: ['error'] })).toMatchObject({
      outcome: 'failed',
      reason: 'unknown',
    });
  });

  it.each([
    [401, 'auth_error'],
    [403, 'auth_error'],
    [404, 'bad_request'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [502, 'gateway_error'],
    [503, 'unknown'],
    [524, 'gateway_error'],
    [529, 'overloaded'],
  ])('is a failure with HTTP %i: %s', (httpStatus, reason) => {
    const failure = { outcome: 'failed', reason, stage: 'unknown' };
    expect(endingOf({ ...nothing, httpStatus })).toEqual(failure);
    expect(endingOf({ ...nothing, errorType: String(httpStatus) })).toEqual(failure);
  });

  it.each([
    ['RateLimitError', 'rate_limited'],
    ['openai.AuthenticationError', 'auth_error'],
    ['APIConnectionError', 'unknown'],
    ['_OTHER', 'unknown'],
    ['toString', 'unknown'],
  ])('is a failure with error type %s: %s', (errorType, reason) => {
    expect(endingOf({ ...nothing, errorType })).toMatchObject({ outcome: 'failed', reason });
  });

  it.each([
    ['429 Rate limit reached for gpt-4.1', 'rate_limited'],
    ['Error: 404 status code (no body)', 'bad_request'],
    ['529 {"type":"error","error":{"type":"overloaded_error"}}', 'overloaded'],
    ['500 tokens are too few', 'unknown'],
    ['model gpt-429 Turbo is gone', 'unknown'],
    ['terminated', 'unknown'],
  ])('is a failure with the message "%s": %s', (message, reason) => {
    expect(endingOf({ ...nothing, isError: true, message })).toMatchObject({ outcome: 'failed', reason });
  });

  it('is not decided by a message that comes without an error', () => {
    expect(endingOf({ ...nothing, message: '429 Rate limit reached' }).outcome).toBe('unknown');
    expect(endingOf({ ...nothing, message: 'Cancelled' }).outcome).toBe('unknown');
  });

  it.each([
    'Cancelled',
    'Error: Cancelled',
    'CancelledError: ',
    'GeneratorExit()\n\nTraceback',
    'Request was aborted.',
    'AbortError\n\nError: AbortError\n    at x',
  ])('is no failure when the message says that the caller cancelled (%j)', (message) => {
    expect(endingOf({ ...nothing, isError: true, message }).outcome).toBe('aborted');
  });

  it('is a truncation when Vercel says `interrupted`, its word for no finish reason at all', () => {
    expect(endingOf({ ...nothing, finishReasons: ['interrupted'] })).toMatchObject({
      outcome: 'failed',
      reason: 'truncated',
    });
  });

  it('is a failure when the status says so, in spite of a finish reason', () => {
    expect(endingOf({ ...nothing, isError: true, finishReasons: ['stop'] })).toMatchObject({
      outcome: 'failed',
    });
  });

  it.each(['AbortError', 'asyncio.exceptions.CancelledError', 'APIUserAbortError'])(
    'is no failure when the caller cancelled (%s)',
    (errorType) => {
      expect(endingOf({ ...nothing, isError: true, errorType })).toMatchObject({
        outcome: 'aborted',
        reason: 'client_abort',
      });
    },
  );
});
