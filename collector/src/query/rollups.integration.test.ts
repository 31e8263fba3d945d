import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoller, type Roller } from '../rollup/roller.ts';
import type { Database } from './ask.ts';
import { breakdown } from './breakdown.ts';
import { decodeCursor } from './cursor.ts';
import { resolveDimension } from './dimension.ts';
import { factsOf } from './facts.ts';
import { gaps } from './gaps.ts';
import { parseScope, type Scope } from './scope.ts';
import { stream } from './stream.ts';
import { streams } from './streams.ts';
import { summary } from './summary.ts';
import { expectRolledPercentiles } from './testing/expectations.ts';
import { generateStreams, valuePools } from './testing/generated-streams.ts';
import * as reference from './testing/reference.ts';
import { type StreamsTable, startStreamsTable } from './testing/streams-table.ts';
import { timeseries } from './timeseries.ts';

const HOUR_MS = 3_600_000;
const fromMs = Date.parse('2026-03-01T20:17:00Z');
const toMs = fromMs + 13 * HOUR_MS;
const records = generateStreams({ seed: 5, count: 3_000, fromMs, toMs });
const late = generateStreams({ seed: 6, count: 12, fromMs, toMs });

/** Two slots of six hours. */
const wholeFromMs = Date.parse('2026-03-01T18:00:00Z');
const wholeToMs = Date.parse('2026-03-02T06:00:00Z');

let table: StreamsTable;
let roller: Roller;
let database: Database;
let nowMs = toMs + HOUR_MS;

beforeAll(async () => {
  table = await startStreamsTable();
  await table.insert(records);
  roller = createRoller({
    database: table.database,
    now: () => nowMs,
    delay: async () => undefined,
    logger: { info: () => undefined, warn: () => undefined },
    settleMs: 60_000,
    storedDays: 30,
  });
  await table.database.client().command({ query: 'ALTER TABLE rollups REMOVE TTL' });
  await table.database.client().command({ query: 'ALTER TABLE request_attempts REMOVE TTL' });
  await roller.catchUp();
  database = { ...table.database, coverage: roller.coverage };
});

afterAll(async () => {
  await table?.dispose();
});

const filterable = {
  model: valuePools.model,
  attachment: valuePools.attachmentClass,
  network: valuePools.networkType,
  provider: valuePools.provider,
  country: valuePools.country,
  vantage: valuePools.vantage,
  outcome: ['failed', 'completed', 'aborted', 'lost', 'unknown'],
  reason: ['reset', 'length', 'lost'],
} as const;
type Filterable = keyof typeof filterable;

const anyDimension = fc.constantFrom(...(Object.keys(filterable) as Filterable[]));
const anyFilter = fc
  .tuple(anyDimension, fc.boolean(), fc.nat(), fc.nat())
  .map(([dimension, excludes, first, second]) =>
    [first, second].map((place) => {
      const values = filterable[dimension];
      return `${excludes ? '!' : ''}${dimension}:${values[place % values.length]}`;
    }),
  );

/** Mostly longer than slots; often with both ends inside of one. */
const anyRange = fc
  .tuple(
    fc.integer({ min: fromMs - 3 * HOUR_MS, max: toMs }),
    fc.oneof(
      fc.integer({ min: 1, max: 3 * HOUR_MS }),
      fc.integer({ min: 3 * HOUR_MS, max: 20 * HOUR_MS }),
      fc.constantFrom(6 * HOUR_MS, 12 * HOUR_MS),
    ),
  )
  .chain(([start, length]) =>
    fc.constantFrom({ start, length }, { start: Math.floor(start / (6 * HOUR_MS)) * 6 * HOUR_MS, length }),
  );

const question = (filters: number) =>
  fc
    .tuple(anyRange, fc.array(anyFilter, { maxLength: filters }))
    .map(([{ start, length }, texts]) => scopeOf(start, start + length, [...new Set(texts.flat())]));

function scopeOf(from: number, to: number, filters: readonly string[]) {
  const parsed = parseScope({ from: String(from), to: String(to), filter: [...filters] }, { nowMs: to });
  if (parsed.status === 'invalid') throw new Error(parsed.message);
  return { scope: parsed.scope, asked: { project: 'default', fromMs: from, toMs: to, filters } };
}

function dimension(name: string) {
  const resolved = resolveDimension(name);
  if (resolved.status === 'unknown') throw new Error(resolved.message);
  return resolved.dimension;
}

/** All that the rollups should know. */
let stored = records;
const runs = { numRuns: 40 };

function questionsAgree(): void {
  it('summary, with the period before', async () => {
    await fc.assert(
      fc.asyncProperty(question(2), async ({ scope, asked }) => {
        const answer = await summary(database, scope);
        for (const [actual, period] of [
          [answer, asked],
          [answer.previous, reference.before(asked)],
        ] as const) {
          const expected = reference.streamsIn(stored, period);
          expect(actual).toMatchObject({
            ...reference.figuresOf(expected),
            ...reference.requestsOf(expected),
            ...reference.usersOf(expected),
          });
          expectRolledPercentiles(actual.ttftSeconds, reference.percentilesOf(expected, 'ttftSeconds'));
          expectRolledPercentiles(actual.maxGapSeconds, reference.percentilesOf(expected, 'maxGapSeconds'));
          expectRolledPercentiles(
            actual.durationSeconds,
            reference.percentilesOf(expected, 'durationSeconds'),
          );
        }
      }),
      runs,
    );
  });

  it('breakdown by a dimension', async () => {
    await fc.assert(
      fc.asyncProperty(question(1), anyDimension, async ({ scope, asked }, by) => {
        const answer = await breakdown(database, scope, { by: dimension(by), sort: 'streams', limit: 4 });
        const groups = reference.grouped(reference.streamsIn(stored, asked), (record) =>
          reference.dimensionValueOf(record, by),
        );
        expect(answer.rows.map(({ key }) => key)).toEqual(reference.rankedBy(groups, 'streams').slice(0, 4));
        expect(answer.total).toBe(groups.size);
        for (const row of answer.rows) {
          const expected = groups.get(row.key) ?? [];
          expect(row).toMatchObject(reference.figuresOf(expected));
          expectRolledPercentiles(row.ttftSeconds, reference.percentilesOf(expected, 'ttftSeconds'));
        }
      }),
      runs,
    );
  });

  it('time series by a dimension', async () => {
    const buckets = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(question(1), anyDimension, buckets, async ({ scope, asked }, by, count) => {
        const answer = await timeseries(database, scope, { by: dimension(by), limit: 3, buckets: count });
        const expected = reference.streamsIn(stored, asked);
        const named = new Set(answer.series.flatMap((series) => (series.isRest ? [] : [series.key])));
        for (const series of answer.series) {
          const members = expected.filter((record) => {
            const value = reference.dimensionValueOf(record, by);
            return series.isRest ? !named.has(value) : value === series.key;
          });
          for (const [index, point] of series.points.entries()) {
            const start = Date.parse(answer.buckets[index] ?? '');
            const within = members.filter(
              ({ endedAt }) => endedAt >= start && endedAt < start + 1_000 * answer.intervalSeconds,
            );
            const { streams, failed, aborted, limited } = reference.figuresOf(within);
            expect(point).toMatchObject({ streams, failed, aborted, limited });
            expectRolledPercentiles(point.maxGapSeconds, reference.percentilesOf(within, 'maxGapSeconds'));
          }
        }
        const total = answer.series.reduce((sum, series) => sum + series.streams, 0);
        expect(total).toBe(reference.weightOf(expected));
      }),
      runs,
    );
  });

  it('the list of streams with an id, page by page', async () => {
    const wanted = fc.tuple(
      fc.constantFrom(...records),
      fc.constantFrom('traceId', 'spanId', 'requestId', 'userHash'),
    );
    await fc.assert(
      fc.asyncProperty(
        question(1),
        wanted,
        fc.integer({ min: 1, max: 400 }),
        async (asked, [record, field], limit) => {
          const id = record[field];
          fc.pre(id !== '');
          const seen: string[] = [];
          for (let cursor: string | null = ''; cursor !== null; ) {
            const after = cursor === '' ? undefined : decodeCursor(cursor);
            const page = await streams(database, asked.scope, { limit, after, search: id });
            seen.push(...page.rows.map(({ spanId }) => spanId));
            cursor = page.nextCursor;
          }
          const expected = reference
            .streamsIn(stored, asked.asked)
            .filter((candidate) => candidate[field] === id)
            .toSorted((a, b) => b.endedAt - a.endedAt || reference.byBytes(b.traceId, a.traceId));
          expect(seen).toEqual(expected.map(({ spanId }) => spanId));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('one stream, found by its ids alone', async () => {
    for (const { traceId, spanId, project } of stored.filter((_, place) => place % 500 === 0)) {
      const answer = await stream(database, { traceId, spanId, project });
      expect(answer?.stream.spanId).toBe(spanId);
    }
    const nothing = { traceId: '0'.repeat(31).concat('1'), spanId: '0'.repeat(15).concat('1') };
    expect(await stream(database, nothing)).toBeUndefined();
  });

  it('gaps, and the streams with the longest', async () => {
    await fc.assert(
      fc.asyncProperty(question(1), async ({ scope, asked }) => {
        const answer = await gaps(database, scope, { limit: 5 });
        const expected = reference.streamsIn(stored, asked);
        const counts = [...reference.gapCounts(expected)].toSorted(([a], [b]) => a - b);
        expect(answer.histogram.map((bucket) => bucket.gaps)).toEqual(counts.map(([, count]) => count));
        const worst = expected.flatMap(({ maxGapSeconds }) => maxGapSeconds ?? []).toSorted((a, b) => b - a);
        expect(answer.worst.map(({ maxGapSeconds }) => Math.fround(maxGapSeconds ?? -1))).toEqual(
          worst.slice(0, 5),
        );
      }),
      runs,
    );
  });
}

describe('rollups and a plain computation over the streams agree', questionsAgree);

describe('what is read', () => {
  const sourceOf = (scope: Scope) => factsOf(database, { periods: [scope] }).source;

  it('is rollups for whole slots, both for ragged ends, and streams for what rollups do not hold', () => {
    const whole = scopeOf(wholeFromMs, wholeToMs, []);
    expect(sourceOf(whole.scope)).toBe('rollups');
    const ragged = scopeOf(wholeFromMs, wholeToMs - 600_000, []);
    expect(sourceOf(ragged.scope)).toBe('both');
    const three = scopeOf(whole.asked.fromMs, whole.asked.toMs, ['model:a', 'network:b', 'country:c']);
    expect(sourceOf(three.scope)).toBe('streams');
    const user = scopeOf(whole.asked.fromMs, whole.asked.toMs, ['user:u1']);
    expect(sourceOf(user.scope)).toBe('streams');
  });
});

describe('late streams', () => {
  beforeAll(async () => {
    await table.insert(late);
    stored = [...records, ...late];
    nowMs += 10_000;
  });

  it('are read from streams until their slots are made again', async () => {
    const whole = scopeOf(wholeFromMs, wholeToMs, []);
    await roller.compare();
    expect(factsOf(database, { periods: [whole.scope] }).source).not.toBe('rollups');
    const { streams } = await summary(database, whole.scope);
    expect(streams).toBe(reference.weightOf(reference.streamsIn(stored, whole.asked)));
  });

  it('are in the rollups then', async () => {
    await roller.catchUp();
    expect(roller.due()).toBe(0);
    const whole = scopeOf(wholeFromMs, wholeToMs, []);
    expect(factsOf(database, { periods: [whole.scope] }).source).toBe('rollups');
  });

  questionsAgree();
});

describe('deleted streams', () => {
  it('are gone from the rollups, too', async () => {
    await table.database
      .client()
      .command({ query: `ALTER TABLE streams DELETE WHERE user_hash = 'u1' SETTINGS mutations_sync = 2` });
    stored = stored.filter(({ userHash }) => userHash !== 'u1');
    nowMs += 10_000;
    await roller.catchUp();
    const whole = scopeOf(wholeFromMs, wholeToMs, []);
    const expected = reference.streamsIn(stored, whole.asked);
    expect(factsOf(database, { periods: [whole.scope] }).source).toBe('rollups');
    expect(await summary(database, whole.scope)).toMatchObject({
      ...reference.figuresOf(expected),
      ...reference.usersOf(expected),
    });
  });
});
