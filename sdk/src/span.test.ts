import { type HrTime, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { StreamFacts } from '@weir/schemas/attributes';
import { attributes } from '@weir/schemas/attributes';
import { describe, expect, test } from 'vitest';
import type { Verdict } from './observe/outcome.ts';
import { endStreamSpan, linkTo, type SpanEnd, startStreamSpan } from './span.ts';
import { attributesOf, spanName } from './span-attributes.ts';
import { recordSpans } from './testing/recorded-spans.ts';

const reset: Verdict = {
  outcome: 'failed',
  reason: 'reset',
  stage: 'streaming',
  initiator: 'unknown',
  initiatorEvidence: 'ECONNRESET',
  retryable: true,
};

function spanOf(facts: StreamFacts, end: Partial<SpanEnd> = {}) {
  const spans = recordSpans();
  const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
  const span = startStreamSpan(spans.tracerProvider.getTracer('test'), {
    facts,
    startedAtMs: 1_000_000,
    parent: ROOT_CONTEXT,
    links: [linkTo(context, 'retry_of')],
  });
  endStreamSpan(span, { facts: {}, dimensions: {}, verdict: undefined, endedAtMs: 1_002_500.5, ...end });
  const [ended] = spans.all();
  if (ended === undefined) throw new Error('no span');
  return ended;
}

describe('the span of a stream', () => {
  test('is a client span named by operation and model', () => {
    const span = spanOf({ operation: 'chat', model: 'gpt-4.1' });
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.name).toBe('chat gpt-4.1');
    expect(spanName({})).toBe('chat');
    expect(span.links[0]?.attributes).toEqual({ 'weir.link.type': 'retry_of' });
  });

  test('starts at the call and ends where the stream did', () => {
    const span = spanOf({});
    expect(msOf(span.startTime)).toBe(1_000_000);
    expect(msOf(span.endTime)).toBeCloseTo(1_002_500.5, 3);
  });

  test.each([
    ['failed', SpanStatusCode.ERROR],
    ['lost', SpanStatusCode.ERROR],
    ['completed', SpanStatusCode.UNSET],
    ['limited', SpanStatusCode.UNSET],
    ['aborted', SpanStatusCode.UNSET],
  ] as const)('that %s has status %i', (outcome, code) => {
    expect(spanOf({}, { verdict: { ...reset, outcome } }).status.code).toBe(code);
  });

  test('says in its status what failed', () => {
    expect(spanOf({}, { verdict: reset }).status.message).toBe('reset at streaming: ECONNRESET');
  });

  test('keeps custom dimensions within their bounds', () => {
    const dimensions = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${i}`, 'v'.repeat(400)]));
    const written = Object.entries(spanOf({}, { dimensions }).attributes);
    expect(written).toHaveLength(16);
    expect(written[0]).toEqual(['weir.dimension.d0', 'v'.repeat(128)]);
  });
});

test('every fact is written under its name in the contract, and nothing else is', () => {
  const facts = Object.fromEntries(Object.keys(attributes).map((name) => [name, name])) as StreamFacts;
  const written = attributesOf(facts);
  expect(Object.keys(written).sort()).toEqual(
    Object.values(attributes)
      .map(({ key }) => key)
      .sort(),
  );
  expect(attributesOf({ model: undefined } as unknown as StreamFacts)).toEqual({});
});

function msOf([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
