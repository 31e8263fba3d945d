import { describe, expect, test } from 'vitest';
import { type Ending, endings } from './endings.ts';
import type { SpanRecord } from './subject.ts';
import { judge, type Verdict } from './verdict.ts';

const plain: SpanRecord = {
  name: 'chat gpt-4.1',
  startMs: 1_000_000,
  endMs: 1_001_000,
  status: 'UNSET',
  statusMessage: undefined,
  attributes: { 'gen_ai.request.model': 'gpt-4.1' },
  events: [],
};

function span(more: Partial<SpanRecord> = {}, attributes: SpanRecord['attributes'] = {}): SpanRecord {
  return { ...plain, ...more, attributes: { ...plain.attributes, ...attributes } };
}

function ending(name: string): Ending {
  const found = endings.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ending is called ${name}`);
  return found;
}

const stopped = { 'gen_ai.response.finish_reasons': ['stop'] };
const httpSpan: SpanRecord = { ...plain, status: 'error', attributes: { 'http.request.method': 'POST' } };

const cases: readonly (readonly [what: string, spans: readonly SpanRecord[], verdict: Verdict])[] = [
  ['no span at all', [], 'lost'],
  ['only a span of the HTTP exchange, even a failed one', [httpSpan], 'lost'],
  ['status ERROR', [span({ status: 'ERROR' })], 'right'],
  ['a status in words of its own', [span({ status: 'cancelled' })], 'right'],
  ['an exception under status OK', [span({ status: 'OK', events: [event('exception')] })], 'right'],
  ['an error type', [span({}, { 'error.type': 'ECONNRESET' })], 'right'],
  ['a level', [span({}, { 'langfuse.observation.level': 'ERROR' })], 'right'],
  ['an outcome', [span({}, { 'weir.stream.outcome': 'aborted' })], 'right'],
  ['a finish reason that tells', [span({}, { 'gen_ai.response.finish_reasons': ['interrupted'] })], 'right'],
  ['a failed HTTP span of the same product', [span({ status: 'ok' }), httpSpan], 'right'],
  ['a mark beside an invented finish reason', [span({ status: 'ERROR' }, stopped)], 'right'],
  ['no finish reason and no mark', [span()], 'omission'],
  ['an invented finish reason', [span({}, stopped)], 'wrong'],
  [
    'an invented finish reason within JSON',
    [span({}, { 'gen_ai.completion': '{"finish_reason":"stop"}' })],
    'wrong',
  ],
  [
    'an answer that talks about errors',
    [span({}, { ...stopped, 'gen_ai.output.messages': 'error' })],
    'wrong',
  ],
  ['a status code of success', [span({}, { ...stopped, 'http.response.status_code': 200 })], 'wrong'],
];

describe('a stream that ended badly', () => {
  test.each(cases)('%s', (_, spans, verdict) => {
    const truth = { ending: ending('reset'), finishWasSent: false, hasFinishReason: true };
    expect(judge(truth, spans).verdict).toBe(verdict);
  });

  test('is not told by what is missing where it is always missing', () => {
    const truth = { ending: ending('reset'), finishWasSent: false, hasFinishReason: false };
    expect(judge(truth, [span()]).verdict).toBe('wrong');
  });

  test('has an invented finish reason only if none was sent', () => {
    const truth = { ending: ending('break'), hasFinishReason: true };
    expect(judge({ ...truth, finishWasSent: false }, [span({}, stopped)]).invented).toEqual(['stop']);
    expect(judge({ ...truth, finishWasSent: true }, [span({}, stopped)]).invented).toEqual([]);
  });
});

describe('the good stream', () => {
  const truth = { ending: ending('good'), finishWasSent: true, hasFinishReason: false };

  test('is right without a mark, and wrong with one', () => {
    expect(judge(truth, [span({}, stopped)]).verdict).toBe('right');
    expect(judge(truth, [span({ status: 'ERROR' }, stopped)]).verdict).toBe('wrong');
  });

  test.each([
    ['seconds', { 'gen_ai.response.time_to_first_chunk': 0.3 }],
    ['milliseconds', { 'ai.response.msToFirstChunk': 300 }],
    ['a quoted time of day', { 'langfuse.observation.completion_start_time': '"1970-01-01T00:16:40.300Z"' }],
  ])('tells the time to first chunk in %s', (_, attributes) => {
    expect(judge(truth, [span({}, attributes)]).timeToFirstChunk?.seconds).toBeCloseTo(0.3, 9);
  });
});

function event(name: string): SpanRecord['events'][number] {
  return { name, atMs: plain.endMs, attributes: {} };
}
