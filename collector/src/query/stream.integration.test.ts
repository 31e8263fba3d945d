import type { StreamRecord } from '@weir/schemas/stream-record';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseScope, type Scope } from './scope.ts';
import { stream } from './stream.ts';
import { streams } from './streams.ts';
import { emptyRecord } from './testing/generated-streams.ts';
import { type StreamsTable, startStreamsTable } from './testing/streams-table.ts';

const at = Date.parse('2026-03-01T12:00:00Z');
const trace = 'aa'.repeat(16);
const otherTrace = 'bb'.repeat(16);

function record(spanId: string, known: Partial<StreamRecord>): StreamRecord {
  return {
    ...emptyRecord,
    project: 'default',
    traceId: trace,
    spanId: spanId.padStart(16, '0'),
    endedAt: at,
    startedAt: at - 2_500,
    receivedAt: at + 40,
    vantage: 'consumer',
    model: 'gpt-5',
    networkType: 'wifi',
    outcome: 'completed',
    reason: 'completed',
    ...known,
  };
}

const first = record('a1', { requestId: 'r1', attempt: 1, outcome: 'failed', reason: 'reset' });
const second = record('a2', {
  requestId: 'r1',
  attempt: 2,
  finalAttempt: true,
  endedAt: at + 3_000,
  providerRequestId: 'req_Ω',
  responseId: 'resp 1',
  userHash: 'user-1',
  sessionId: 'session-1',
  conversationId: 'conversation-1',
  gapHistogram: [3, 7, 150, 1],
  recentChunkOffsets: [0.5, 1.25],
  finishReasons: ['stop'],
  customDimensions: { 'team "x"': 'größe' },
});
const page = record('b1', { vantage: 'browser', endedAt: at + 3_100 });
const relay = record('b2', {
  traceId: otherTrace,
  vantage: 'producer',
  linkType: 'delivers',
  linkedTraceId: trace,
  linkedSpanId: second.spanId,
});
const peers = [
  record('c1', { traceId: otherTrace, outcome: 'failed', reason: 'reset', sampleWeight: 10 }),
  record('c2', { traceId: otherTrace, endedAt: at - 1_799_999 }),
  record('c3', { traceId: otherTrace, endedAt: at - 1_800_001 }),
  record('c4', { traceId: otherTrace, networkType: 'cell' }),
  record('c5', { traceId: otherTrace, project: 'another', requestId: 'r1' }),
];

let table: StreamsTable;
let scope: Scope;

beforeAll(async () => {
  table = await startStreamsTable();
  await table.insert([first, second, page, relay, ...peers]);
  const parsed = parseScope({ from: String(at - 10_000), to: String(at + 10_000) }, { nowMs: at });
  if (parsed.status === 'invalid') throw new Error(parsed.message);
  scope = parsed.scope;
});

afterAll(async () => {
  await table?.dispose();
});

describe('stream', () => {
  it('gives every stored fact back', async () => {
    const answer = await stream(table.database, second);
    expect(answer?.stream).toEqual({
      ...second,
      endedAt: '2026-03-01T12:00:03.000Z',
      startedAt: '2026-03-01T11:59:57.500Z',
      receivedAt: '2026-03-01T12:00:00.040Z',
      gapHistogram: { 3: 7, 150: 1 },
    });
  });

  it('lists the attempts of its request, first to last', async () => {
    for (const { traceId, spanId } of [first, second]) {
      const answer = await stream(table.database, { traceId, spanId });
      expect(answer?.attempts.map((row) => row.spanId)).toEqual([first.spanId, second.spanId]);
    }
  });

  it('is its own only attempt when it has no request id', async () => {
    const answer = await stream(table.database, page);
    expect(answer?.attempts.map(({ spanId }) => spanId)).toEqual([page.spanId]);
  });

  it('lists what other vantage points saw, by trace or by link', async () => {
    const hopsOf = async (ids: StreamRecord) =>
      (await stream(table.database, ids))?.hops.map(({ spanId }) => spanId).toSorted();
    expect(await hopsOf(second)).toEqual([page.spanId]);
    expect(await hopsOf(page)).toEqual([first.spanId, second.spanId]);
    expect(await hopsOf(relay)).toContain(second.spanId);
  });

  it('says how usual its ending is among its peers of that hour', async () => {
    const answer = await stream(table.database, first);
    // Itself, the second attempt, the page, the relay, and the peers within half an hour: one of them weighs ten.
    expect(answer?.similar).toMatchObject({
      filters: ['reason:reset', 'model:gpt-5', 'network:wifi'],
      streams: 4 + 10 + 1,
      matching: 1 + 10,
    });
  });

  it('is found whatever the case of the ids', async () => {
    const answer = await stream(table.database, { traceId: trace.toUpperCase(), spanId: '00000000000000A2' });
    expect(answer?.stream.spanId).toBe(second.spanId);
  });

  it('is absent when there is none, or it belongs to another project', async () => {
    expect(await stream(table.database, { traceId: trace, spanId: 'f'.repeat(16) })).toBeUndefined();
    expect(
      await stream(table.database, { traceId: otherTrace, spanId: 'c5'.padStart(16, '0') }),
    ).toBeUndefined();
  });
});

describe('search', () => {
  it.each([
    trace,
    trace.toUpperCase(),
    second.spanId,
    'r1',
    'req_Ω',
    'resp 1',
    'user-1',
    'session-1',
    'conversation-1',
  ])('finds a stream by %s', async (search) => {
    const { rows } = await streams(table.database, scope, { limit: 10, search });
    expect(rows.map(({ spanId }) => spanId)).toContain(second.spanId);
  });

  it.each(['r', 'R1', trace.slice(1), "' OR 1=1 --", '00'.repeat(8)])(
    'finds nothing by %s',
    async (search) => {
      const { rows } = await streams(table.database, scope, { limit: 10, search });
      expect(rows).toEqual([]);
    },
  );
});
