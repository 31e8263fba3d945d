import { streamColumns } from '@weir/schemas/stream-record';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyRow } from '../clickhouse/empty-row.ts';
import { StreamBlock, type StreamValue } from '../clickhouse/native-block.ts';
import { migrated } from '../clickhouse/testing/migrated.ts';
import { startTemporaryEngine, type TemporaryEngine } from '../clickhouse/testing/temporary-engine.ts';
import { insertOpenReportsWith } from '../load/insert-open-reports.ts';
import { insertStreamsWith } from '../load/insert-streams.ts';
import { openReportLine, rowOfFields } from './open-report.ts';
import { type DueRange, keyOf, type OpenReports, openReportsIn } from './open-reports.ts';

const traceId = 'a'.repeat(32);
const baseMs = Date.now() - 3_600_000;
/** Three times what the reports promise. */
const patienceMs = 90_000;
const takeOverMs = 900_000;

let temporary: TemporaryEngine;
let reports: OpenReports;
const client = () => temporary.engine.client();

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  await migrated(client());
  reports = openReportsIn({ client });
});
afterAll(() => temporary?.dispose());

const spanIdOf = (stream: number) => stream.toString(16).padStart(16, '0');

function rowOf(stream: number, chunks: number): readonly StreamValue[] {
  const known: Readonly<Record<string, StreamValue>> = {
    ...{ project: 'default', traceId, spanId: spanIdOf(stream), chunks, model: 'gpt-5' },
    ...{ startedAt: baseMs, endedAt: baseMs + 1_000, customDimensions: { plan: 'free' } },
  };
  return streamColumns.map(({ field }, at) => known[field] ?? (emptyRow[at] as StreamValue));
}

async function report(stream: number, afterMs: number, collector = 'one', chunks = 1): Promise<void> {
  const line = openReportLine({
    ...{ project: 'default', traceId, spanId: spanIdOf(stream), row: rowOf(stream, chunks) },
    ...{ reportedAtMs: baseMs + afterMs, nextReportSeconds: 30 },
  });
  const insert = insertOpenReportsWith(client, collector);
  expect(await insert([{ block: Buffer.from(line) }])).toEqual({ status: 'stored' });
}

/** @param range times since `baseMs` */
function due({
  fromMs = 0,
  upToMs = 3_600_000,
  receivingSinceMs = -3_600_000,
  ...rest
}: Partial<DueRange> = {}) {
  const since = {
    fromMs: baseMs + fromMs,
    upToMs: baseMs + upToMs,
    receivingSinceMs: baseMs + receivingSinceMs,
  };
  return reports.due({ ...since, collector: 'one', ...rest });
}

async function dueStreams(range?: Partial<DueRange>): Promise<number[]> {
  const streams = (await due(range)).map(({ spanId }) => Number.parseInt(spanId, 16));
  return streams.filter((stream) => stream < 100);
}

it('a stream is due when three reports are missing, with what the last one said', async () => {
  await report(1, 0, 'one', 3);
  await report(1, 30_000, 'one', 7);
  expect(await dueStreams({ upToMs: 30_000 + patienceMs - 1 })).toEqual([]);
  const [stream] = await due({ upToMs: 30_000 + patienceMs });
  expect(stream?.lostAtMs).toBe(baseMs + 30_000 + patienceMs);
  expect(rowOfFields(stream?.fields ?? '{}')).toEqual(rowOf(1, 7));
  expect(await dueStreams({ fromMs: 30_000 + patienceMs + 1 })).toEqual([]);
});

it('a report that is there twice is one', async () => {
  await report(2, 0);
  await report(2, 0);
  expect((await dueStreams()).filter((stream) => stream === 2)).toEqual([2]);
});

it('time in which nothing could be received does not count', async () => {
  await report(3, 0);
  const receivingSinceMs = 600_000;
  expect(await dueStreams({ receivingSinceMs, upToMs: 600_000 + patienceMs - 1 })).not.toContain(3);
  expect(await dueStreams({ receivingSinceMs, upToMs: 600_000 + patienceMs })).toContain(3);
});

it('what another collector took last is left to it, until it has not looked for long', async () => {
  await report(4, 0, 'one');
  await report(4, 30_000, 'two');
  const upToMs = 30_000 + patienceMs;
  expect(await dueStreams({ upToMs })).not.toContain(4);
  expect(await dueStreams({ upToMs, collector: 'two' })).toContain(4);
  expect(await dueStreams({ upToMs: upToMs + takeOverMs - 1 })).not.toContain(4);
  expect(await dueStreams({ fromMs: upToMs + 1, upToMs: upToMs + takeOverMs })).toContain(4);
});

it('streams that have a row are told, however many are asked about', async () => {
  const block = new StreamBlock();
  for (const stream of [101, 7_000]) block.append(rowOf(stream, 1));
  const records = [{ block: block.take(), rows: 2 }];
  await insertStreamsWith(client)({ segment: 's', records, token: 't' });
  const asked = Array.from({ length: 7_000 }, (_, at) => ({
    ...{ project: 'default', traceId, spanId: spanIdOf(at + 1) },
    ...{ lostAtMs: 0, fields: JSON.stringify({ startedAt: baseMs }) },
  }));
  const stored = await reports.stored(asked);
  expect([...stored].sort()).toEqual(
    [101, 7_000].map((stream) => keyOf({ project: 'default', traceId, spanId: spanIdOf(stream) })),
  );
});
