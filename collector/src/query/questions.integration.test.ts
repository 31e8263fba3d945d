import { gapBucketSeconds } from '@weir/schemas/gap-buckets';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breakdown } from './breakdown.ts';
import { decodeCursor } from './cursor.ts';
import { type DimensionSql, resolveDimension } from './dimension.ts';
import { dimensionValues } from './dimension-values.ts';
import { failureCounts } from './failure-counts.ts';
import { gaps } from './gaps.ts';
import { streams } from './streams.ts';
import { summary } from './summary.ts';
import { expectPercentiles } from './testing/expectations.ts';
import { generateStreams } from './testing/generated-streams.ts';
import { anyDimension, anyScope } from './testing/random-questions.ts';
import * as reference from './testing/reference.ts';
import { type StreamsTable, startStreamsTable } from './testing/streams-table.ts';
import { timeseries } from './timeseries.ts';

const fromMs = Date.parse('2026-03-01T21:00:00Z');
const toMs = fromMs + 6 * 3_600_000;
const records = generateStreams({ seed: 1, count: 3_000, fromMs, toMs });
const scopes = anyScope(fromMs, toMs);
const runs = { numRuns: 60 };

let table: StreamsTable;

beforeAll(async () => {
  table = await startStreamsTable();
  // Every batch spans the whole range, so later ones bring late streams.
  for (let first = 0; first < records.length; first += 1_000) {
    await table.insert(records.slice(first, first + 1_000));
  }
});

afterAll(async () => {
  await table?.dispose();
});

describe('ClickHouse and a plain computation over the same streams agree on any question', () => {
  it('summary, with the period before', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, async ({ scope, reference: asked }) => {
        const answer = await summary(table.database, scope);
        for (const [actual, period] of [
          [answer, asked],
          [answer.previous, reference.before(asked)],
        ] as const) {
          const expected = reference.streamsIn(records, period);
          expect(actual).toMatchObject({
            ...reference.figuresOf(expected),
            ...reference.requestsOf(expected),
            ...reference.usersOf(expected),
          });
          expectPercentiles(actual.ttftSeconds, reference.percentilesOf(expected, 'ttftSeconds'));
          expectPercentiles(actual.maxGapSeconds, reference.percentilesOf(expected, 'maxGapSeconds'));
          expectPercentiles(actual.durationSeconds, reference.percentilesOf(expected, 'durationSeconds'));
        }
      }),
      runs,
    );
  });

  it('breakdown by any dimension, in any order', async () => {
    const sorts = fc.constantFrom('streams', 'failed', 'failureRate');
    const limits = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(scopes, anyDimension, sorts, limits, async (random, by, sort, limit) => {
        const answer = await breakdown(table.database, random.scope, { by: dimension(by), sort, limit });
        const groups = groupsIn(random.reference, by);
        const previous = groupsIn(reference.before(random.reference), by);
        expect(answer.total).toBe(groups.size);
        expect(answer.rows.map(({ key }) => key)).toEqual(reference.rankedBy(groups, sort).slice(0, limit));
        for (const row of answer.rows) {
          const expected = groups.get(row.key) ?? [];
          expect(row).toMatchObject(reference.figuresOf(expected));
          expectPercentiles(row.ttftSeconds, reference.percentilesOf(expected, 'ttftSeconds'));
          expectPercentiles(row.maxGapSeconds, reference.percentilesOf(expected, 'maxGapSeconds'));
          const { streams, failed, failureRate } = reference.figuresOf(previous.get(row.key) ?? []);
          expect(row.previous).toEqual({ streams, failed, failureRate });
        }
      }),
      runs,
    );
  });

  it('time series by any dimension, the rest included', async () => {
    const limits = fc.integer({ min: 1, max: 4 });
    const counts = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        scopes,
        fc.option(anyDimension),
        limits,
        counts,
        async (random, by, limit, buckets) => {
          const { scope, reference: asked } = random;
          const question = { by: by === null ? undefined : dimension(by), limit, buckets };
          const answer = await timeseries(table.database, scope, question);
          const expected = reference.streamsIn(records, asked);
          const groups = reference.grouped(expected, (record) =>
            by === null ? '' : reference.dimensionValueOf(record, by),
          );
          const largest = by === null ? [] : reference.rankedBy(groups, 'streams').slice(0, limit);
          const named = answer.series.filter(({ isRest }) => isRest !== true);
          expect(named.map(({ key }) => key)).toEqual(by === null ? ['all'] : largest);
          for (const series of answer.series) {
            const members = expected.filter((record) => {
              if (by === null) return true;
              const value = reference.dimensionValueOf(record, by);
              return series.isRest ? !largest.includes(value) : value === series.key;
            });
            expect(series.streams).toBe(reference.weightOf(members));
            expect(series.points).toHaveLength(answer.buckets.length);
            for (const [index, point] of series.points.entries()) {
              const start = Date.parse(answer.buckets[index] ?? '');
              const end = start + 1_000 * answer.intervalSeconds;
              const within = members.filter(({ endedAt }) => endedAt >= start && endedAt < end);
              const { streams, failed, aborted, limited, failureRate } = reference.figuresOf(within);
              expect(point).toMatchObject({ streams, failed, aborted, limited, failureRate });
              expectPercentiles(point.ttftSeconds, reference.percentilesOf(within, 'ttftSeconds'));
              expectPercentiles(point.maxGapSeconds, reference.percentilesOf(within, 'maxGapSeconds'));
            }
          }
          const total = answer.series.reduce((sum, series) => sum + series.streams, 0);
          expect(total).toBe(reference.weightOf(expected));
        },
      ),
      runs,
    );
  });

  it('the list of streams, page by page, each once, newest first', async () => {
    await fc.assert(
      fc.asyncProperty(
        scopes,
        fc.integer({ min: 200, max: 500 }),
        async ({ scope, reference: asked }, limit) => {
          const seen: { endedAt: string; traceId: string; spanId: string }[] = [];
          for (let cursor: string | null = ''; cursor !== null; ) {
            const after = cursor === '' ? undefined : decodeCursor(cursor);
            const page = await streams(table.database, scope, { limit, after });
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            seen.push(...page.rows);
            cursor = page.nextCursor;
          }
          const expected = reference
            .streamsIn(records, asked)
            .toSorted((a, b) => b.endedAt - a.endedAt || reference.byBytes(b.traceId, a.traceId));
          expect(seen.map(({ spanId }) => spanId)).toEqual(expected.map(({ spanId }) => spanId));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('values of any dimension, searched in any case', async () => {
    const searches = fc.constantFrom('', 'O', 'größ', 'U', "'", '%', '{p1', 'Ä');
    await fc.assert(
      fc.asyncProperty(scopes, anyDimension, searches, async (random, name, search) => {
        const question = { dimension: dimension(name), search, limit: 20 };
        const { values } = await dimensionValues(table.database, random.scope, question);
        const others = random.reference.filters.filter(
          (text) => !text.replace('!', '').startsWith(`${name}:`),
        );
        const groups = groupsIn({ ...random.reference, filters: others }, name);
        const found = new Map(
          [...groups].filter(([value]) => value.toLowerCase().includes(search.toLowerCase())),
        );
        expect(values.map(({ value }) => value)).toEqual(reference.rankedBy(found, 'streams').slice(0, 20));
        for (const { value, ...counts } of values) {
          expect(reference.figuresOf(found.get(value) ?? [])).toMatchObject(counts);
        }
      }),
      runs,
    );
  });

  it('gaps, merged from the histograms of all streams', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, async ({ scope, reference: asked }) => {
        const answer = await gaps(table.database, scope, { limit: 5 });
        const expected = reference.streamsIn(records, asked);
        const counts = [...reference.gapCounts(expected)].toSorted(([a], [b]) => a - b);
        expect(answer.histogram.map((bucket) => bucket.gaps)).toEqual(counts.map(([, count]) => count));
        for (const [index, [bucket]] of counts.entries()) {
          const bounds = answer.histogram[index];
          expect(gapBucketSeconds(bucket)).toBeGreaterThan(bounds?.fromSeconds ?? Number.NaN);
          expect(gapBucketSeconds(bucket)).toBeLessThan(bounds?.toSeconds ?? Number.NaN);
        }
        const worst = expected.flatMap(({ maxGapSeconds }) => maxGapSeconds ?? []).toSorted((a, b) => b - a);
        expect(answer.worst.map(({ maxGapSeconds }) => Math.fround(maxGapSeconds ?? -1))).toEqual(
          worst.slice(0, 5),
        );
      }),
      runs,
    );
  });

  it('failures step by step', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, fc.integer({ min: 600, max: 7_200 }), async (random, stepSeconds) => {
        const answer = await failureCounts(table.database, { ...random.scope, stepSeconds });
        const expected = reference.streamsIn(records, random.reference);
        for (const { atMs, ...counts } of answer) {
          const within = expected.filter(
            ({ endedAt }) => endedAt >= atMs && endedAt < atMs + 1_000 * stepSeconds,
          );
          expect(reference.figuresOf(within)).toMatchObject(counts);
        }
        const total = answer.reduce((sum, { streams: count }) => sum + count, 0);
        expect(total).toBe(reference.weightOf(expected));
      }),
      runs,
    );
  });
});

function dimension(name: string): DimensionSql {
  const resolved = resolveDimension(name);
  if (resolved.status === 'unknown') throw new Error(resolved.message);
  return resolved.dimension;
}

function groupsIn(asked: reference.ReferenceScope, by: string) {
  return reference.grouped(reference.streamsIn(records, asked), (record) =>
    reference.dimensionValueOf(record, by),
  );
}
