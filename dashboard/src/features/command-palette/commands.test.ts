import type { StreamRow } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { commandsFor, looksLikeId } from './commands.ts';

const stream: StreamRow = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  endedAt: '2026-11-03T14:00:00.000Z',
  provider: 'openai',
  model: 'gpt-5',
  outcome: 'failed',
  reason: 'reset',
  stage: 'streaming',
  initiator: 'unknown',
  attachmentClass: 'none',
  networkType: 'wifi',
  service: 'api',
  vantage: 'consumer',
  ttftSeconds: null,
  durationSeconds: null,
  maxGapSeconds: null,
  chunks: null,
  outputTokens: null,
  attempt: null,
};

const labels = (text: string, streams: readonly StreamRow[] = []): readonly string[] =>
  commandsFor(text, streams).flatMap(({ items }) => items.map(({ label }) => label));

test('before anything is typed there are pages first', () => {
  expect(commandsFor('', []).map(({ value }) => value)).toEqual(['Pages', 'Actions', 'Filters', 'Time']);
});

test('words find commands in any order, also by what they are known as', () => {
  expect(labels('otlp')[0]).toBe('Pipeline');
  expect(labels('dark light')[0]).toBe('Switch between light and dark');
  expect(labels('by model')).toContain('Filter by model');
});

test('whatever is typed can be searched for', () => {
  expect(labels('zzz')).toEqual(['Search streams for “zzz”']);
});

test('a stream found by its id comes first', () => {
  expect(labels('aaaaaaaa1', [stream])[0]).toBe('Reset · gpt-5');
});

test('an id is long and has digits', () => {
  expect(['overview', 'gpt-5', 'req_9f3e21', '4bf92f3577b34da6'].map(looksLikeId)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
