import { streamFields } from '@weir/schemas/stream-fields';
import { expect, test } from 'vitest';
import { drawnFields, groupDefinitions } from './fact-groups.ts';
import { factGroups } from './facts.ts';
import { gapBars } from './gap-bars.ts';
import { streamWith, truncatedStream } from './testing/stream.ts';

test('every field of a stored stream is shown, once', () => {
  const shown = [...groupDefinitions.flatMap(({ fields }) => fields), ...drawnFields];
  expect(shown.toSorted()).toEqual(Object.keys(streamFields).toSorted());
});

test('every fact has a meaning', () => {
  const facts = factGroups(truncatedStream, 'UTC').flatMap((group) => group.facts);
  expect(facts.filter(({ meaning }) => meaning === '').map(({ key }) => key)).toEqual([]);
});

test('what is not known says so, and zero and no are known', () => {
  const stream = streamWith({ bursts: 0, retryable: false, carrier: 'unknown', outcome: 'failed' });
  const facts = new Map(
    factGroups(stream, 'UTC').flatMap((group) => group.facts.map((fact) => [fact.key, fact])),
  );
  expect(facts.get('bursts')).toMatchObject({ known: true, text: '0' });
  expect(facts.get('retryable')).toMatchObject({ known: true, text: 'no' });
  expect(facts.get('carrier')).toMatchObject({ known: false, text: 'not known' });
  expect(facts.get('responseId')).toMatchObject({ known: false });
});

test('values are copied with all their digits', () => {
  const stream = streamWith({
    ttftSeconds: 1.23456,
    receivedBytes: 114_345,
    endedAt: '2026-11-03T14:05:09.123Z',
  });
  const facts = new Map(
    factGroups(stream, 'UTC').flatMap((group) => group.facts.map((fact) => [fact.key, fact])),
  );
  expect(facts.get('ttftSeconds')?.exact).toBe('1.23456\u00a0s');
  expect(facts.get('receivedBytes')?.exact).toBe('114345');
  expect(facts.get('endedAt')).toMatchObject({
    text: '3 Nov 2026, 14:05:09 UTC',
    exact: '2026-11-03T14:05:09.123Z',
  });
});

test('own dimensions are facts like the others', () => {
  const groups = factGroups(streamWith({ customDimensions: { plan: 'team' } }), 'UTC');
  expect(groups.at(-1)).toMatchObject({ title: 'Own dimensions', facts: [{ name: 'plan', text: 'team' }] });
});

test('gap buckets become bars from the shortest to the longest, empty ones included', () => {
  const bars = gapBars({ '10': 3, '11': 2, '40': 1 });
  expect(bars.reduce((sum, { gaps }) => sum + gaps, 0)).toBe(6);
  expect(bars.at(-1)?.gaps).toBe(1);
  expect(bars.some(({ gaps }) => gaps === 0)).toBe(true);
  expect(gapBars({})).toEqual([]);
});
