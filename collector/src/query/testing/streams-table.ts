import type { ClickHouseClient } from '@clickhouse/client';
import { type StreamRecord, streamColumns } from '@weir/schemas/stream-record';
import { migrated } from '../../clickhouse/testing/migrated.ts';
import { startTemporaryEngine } from '../../clickhouse/testing/temporary-engine.ts';
import type { Database } from '../ask.ts';

export interface StreamsTable {
  readonly database: Database;
  /** Each call makes a part of its own, as a late batch would. */
  insert(records: readonly StreamRecord[]): Promise<void>;
  dispose(): Promise<void>;
}

/** A real, empty `streams` table on an embedded ClickHouse of its own. */
export async function startStreamsTable(): Promise<StreamsTable> {
  const { engine, dispose } = await startTemporaryEngine();
  const client = engine.client();
  await migrated(client);
  // Test data has fixed times, which retention would find too old.
  await client.command({ query: 'ALTER TABLE streams REMOVE TTL' });
  return {
    database: { client: () => engine.client() },
    insert: await recordInserter(client),
    dispose,
  };
}

/** @param client its database has a table `streams` */
export async function recordInserter(client: ClickHouseClient): Promise<StreamsTable['insert']> {
  await client.command({ query: `CREATE TABLE streams_as_text (${textColumns()}) ENGINE = Memory` });
  return (records) => insertRecords(client, records);
}

/** JSON cannot carry the bytes of an id, so it passes through a table that has ids as text. */
function textColumns(): string {
  return streamColumns.map(({ name, kind, type }) => `${name} ${kind === 'id' ? 'String' : type}`).join(', ');
}

async function insertRecords(client: ClickHouseClient, records: readonly StreamRecord[]): Promise<void> {
  await client.insert({
    table: 'streams_as_text',
    values: records.map(asRow),
    format: 'JSONEachRow',
  });
  const columns = streamColumns.map(({ name }) => name).join(', ');
  const values = streamColumns.map(({ name, kind }) => (kind === 'id' ? `unhex(${name})` : name)).join(', ');
  await client.command({
    query: `INSERT INTO streams (${columns}) SELECT ${values} FROM streams_as_text`,
  });
  await client.command({ query: 'TRUNCATE TABLE streams_as_text' });
}

function asRow(record: StreamRecord): Record<string, unknown> {
  return Object.fromEntries(streamColumns.map(({ field, name, kind }) => [name, cell(kind, record[field])]));
}

function cell(kind: string, value: StreamRecord[keyof StreamRecord]): unknown {
  if (kind === 'time') return (Number(value) / 1_000).toFixed(3).padStart(14, '0');
  if (kind === 'histogram' && Array.isArray(value)) return pairs(value);
  return value;
}

function pairs(flat: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) counts[String(flat[index])] = flat[index + 1] ?? 0;
  return counts;
}
