import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type StorageKind, type StreamColumn, streamColumns } from '@weir/schemas/stream-record';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clusterMacros, migrate } from './migrations.ts';
import { insertStreamsSql, StreamBlock, type StreamValue } from './native-block.ts';
import { silentLogger, startTemporaryEngine, type TemporaryEngine } from './testing/temporary-engine.ts';

let temporary: TemporaryEngine;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  await migrate({
    client: temporary.engine.client(),
    directory: fileURLToPath(new URL('./migrations', import.meta.url)),
    macros: clusterMacros(undefined),
    logger: silentLogger,
  });
  // Test data has fixed times, which retention would find too old.
  await temporary.engine.client().command({ query: 'ALTER TABLE streams REMOVE TTL' });
});

beforeEach(() => temporary.engine.client().command({ query: 'TRUNCATE TABLE streams' }));

afterAll(() => temporary?.dispose());

async function insert(blocks: readonly Buffer[], token?: string): Promise<void> {
  const { stream } = await temporary.engine.client().exec({
    query: insertStreamsSql,
    values: Readable.from(blocks, { objectMode: false }),
    clickhouse_settings: {
      async_insert: 0,
      ...(token !== undefined && { insert_deduplication_token: token }),
    },
  });
  await text(stream);
}

/** Rows as ClickHouse has them, each value as the record has it. */
async function readRows(): Promise<StreamValue[][]> {
  const columns = streamColumns.map(({ name, kind }) => {
    if (kind === 'id') return `replaceRegexpOne(lower(hex(${name})), '^0+$', '')`;
    // As doubles: printed as they are, floats would be rounded.
    if (kind === 'seconds' || kind === 'number' || kind === 'weight') return `toFloat64(${name})`;
    if (kind === 'secondsList') return `arrayMap(x -> toFloat64(x), ${name})`;
    if (kind === 'time') return `toUnixTimestamp64Milli(${name})`;
    if (kind === 'histogram')
      return `arrayFlatten(arrayMap(p -> [toUInt32(p.1), p.2], CAST(${name}, 'Array(Tuple(UInt8, UInt32))')))`;
    return name;
  });
  const answer = await temporary.engine.client().query({
    query: `SELECT ${columns.map((sql, i) => `${sql} AS c${i}`).join(', ')} FROM streams ORDER BY ended_at`,
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return answer.json<StreamValue[]>() as Promise<StreamValue[][]>;
}

const seconds = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 });
const uint32 = fc.nat(0xffff_ffff);
const words = fc.string({ maxLength: 80, unit: 'grapheme' }).map((word) => word.toWellFormed());
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const valueByKind: { readonly [K in StorageKind]: (column: StreamColumn) => fc.Arbitrary<StreamValue> } = {
  id: ({ type }) => {
    const digits = type === 'FixedString(16)' ? 32 : 16;
    return fc.oneof(fc.constant(''), fc.stringMatching(new RegExp(`^[1-9a-f][0-9a-f]{${digits - 1}}$`)));
  },
  dimension: () => words,
  label: () => words,
  text: () => fc.oneof(words, fc.string({ minLength: 120, maxLength: 400 })),
  time: () => fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 0, 3) }),
  seconds: () => nullable(seconds),
  number: () => nullable(seconds),
  count: () => nullable(uint32),
  size: () => nullable(fc.maxSafeNat()),
  flag: () => nullable(fc.boolean()),
  weight: () => seconds,
  texts: () => fc.array(words, { maxLength: 5 }),
  counts: () => fc.array(uint32, { maxLength: 5 }),
  secondsList: () => fc.array(seconds, { maxLength: 5 }),
  map: () => fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), words, { maxKeys: 5, noNullPrototype: true }),
  histogram: () =>
    fc
      .uniqueArray(fc.tuple(fc.nat(151), uint32), { maxLength: 5, selector: ([bucket]) => bucket })
      .map((pairs) => pairs.flat()),
};

const row = fc.tuple(...streamColumns.map((column) => valueByKind[column.kind](column)));
const endedAt = streamColumns.findIndex(({ field }) => field === 'endedAt');

describe('the table of streams', () => {
  it('has the columns of the contract, in name, type and order, and the segment', async () => {
    const answer = await temporary.engine.client().query({
      query: `SELECT name, type FROM system.columns
              WHERE database = currentDatabase() AND table = 'streams' ORDER BY position`,
      format: 'JSONEachRow',
    });
    const segment = { name: 'segment', type: 'LowCardinality(String)' };
    expect(await answer.json()).toEqual([
      ...streamColumns.map(({ name, type }) => ({ name, type })),
      segment,
    ]);
  });
});

describe('a block of streams', () => {
  it('is read back value by value, whatever the values', async () => {
    const block = new StreamBlock();
    const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 30, selector: (values) => values[endedAt] });
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        await temporary.engine.client().command({ query: 'TRUNCATE TABLE streams' });
        for (const values of written) block.append(values);
        expect(block.rows).toBe(written.length);
        await insert([block.take()]);
        const inOrder = written.toSorted((a, b) => Number(a[endedAt]) - Number(b[endedAt]));
        expect(await readRows()).toEqual(inOrder);
      }),
      // Every step of shrinking would be an insert.
      { numRuns: 20, endOnFailure: true },
    );
  });

  it('has dictionaries of any size', async () => {
    const [example = []] = fc.sample(row, 1);
    const block = new StreamBlock();
    const model = streamColumns.findIndex(({ field }) => field === 'model');
    for (let i = 0; i < 70_000; i += 1)
      block.append(example.with(endedAt, Date.UTC(2026, 0, 1)).with(model, `m${i}`));
    await insert([block.take()]);
    const answer = await temporary.engine.client().query({
      query: 'SELECT uniqExact(model) AS models, uniqExact(provider) AS providers FROM streams',
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual([{ models: 70_000, providers: 1 }]);
  });

  it('may follow others in one insert, which counts once under one token', async () => {
    const block = new StreamBlock();
    const blocks = fc.sample(row, 3).map((values, i) => {
      block.append(values.with(endedAt, Date.UTC(2026, 0, 1 + i)));
      return block.take();
    });
    for (let time = 0; time < 3; time += 1) await insert(blocks, 'payload-1');
    expect(await readRows()).toHaveLength(3);
    await insert(blocks, 'payload-2');
    expect(await readRows()).toHaveLength(6);
  });
});
