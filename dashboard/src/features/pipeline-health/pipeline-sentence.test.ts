import type { Pipeline } from '@weir/schemas/api';
import { expect, test } from 'vitest';
import { pipelineReason } from './pipeline-reasons.ts';
import { describePipeline } from './pipeline-sentence.ts';

const now = Date.UTC(2026, 10, 3, 14);

const healthy: Pipeline = {
  status: 'ready',
  clickhouse: 'ready',
  startedAt: new Date(now - 3_600_000).toISOString(),
  acceptedSpans: 8_412_906,
  duplicateSpans: 0,
  lostSpans: 0,
  rejectedSpans: [],
  skippedSpans: [],
  alteredValues: [],
  overflowingDimensions: [],
  refusedRequests: [],
  lastSpanAt: new Date(now - 1000).toISOString(),
  ingestLagSeconds: 2.1,
  spool: {
    segments: 1,
    bytes: 1_204_113,
    maxBytes: 10_737_418_240,
    oldestSeconds: 0.3,
    setAside: 0,
    isFailing: false,
  },
  keys: [],
  endpoint: 'http://127.0.0.1:4318/v1/traces',
};

const words = (over: Partial<Pipeline>): string =>
  describePipeline({ ...healthy, ...over }, now).replaceAll('\u00a0', ' ');

test('shards that do not answer', () => {
  expect(words({ cluster: { shards: 3, missing: [2] } })).toMatch(
    /^Shard 2 of 3 of ClickHouse does not answer/,
  );
  expect(words({ cluster: { shards: 3, missing: [] } })).toMatch(/^Spans are coming in/);
});

test('spans that come in', () => {
  expect(words({})).toBe('Spans are coming in, 2.10 s behind: 8,412,906 since the start, none was rejected.');
  expect(words({ rejectedSpans: [{ reason: 'too_old', spans: 84_979 }] })).toContain('1 % were rejected');
});

test('silence', () => {
  expect(words({ lastSpanAt: new Date(now - 7_200_000).toISOString() })).toMatch(
    /^The last span came 2 h ago;/,
  );
  expect(words({ lastSpanAt: null })).toBe('The collector is ready and waits for its first span.');
});

test('a database that is away', () => {
  expect(words({ clickhouse: 'restarting' })).toBe(
    'ClickHouse is restarting: spans are kept on disk, 1.20 MB of 10.7 GB so far, and loaded when it is back.',
  );
  const full = { ...healthy.spool, bytes: healthy.spool.maxBytes };
  expect(words({ clickhouse: 'stopped', spool: full })).toMatch(/^ClickHouse is stopped: its spool is full/);
});

test('a disk that fails, before anything else', () => {
  const spool = { ...healthy.spool, isFailing: true };
  expect(words({ clickhouse: 'stopped', spool })).toMatch(/^The disk of the collector cannot be written to/);
});

test('a backlog, for charts miss what waits', () => {
  const spool = { ...healthy.spool, oldestSeconds: 192, bytes: 640_000_000 };
  expect(words({ spool })).toMatch(/the last 3 m 12 s are partly missing from every chart, and 640 MB wait/);
});

test('a reason says what to do, and one of a newer collector is written out', () => {
  expect(pipelineReason('future')).toEqual({
    name: 'In the future',
    meaning: expect.stringContaining('clock'),
  });
  expect(pipelineReason('moon-phase').name).toBe('Moon phase');
});
