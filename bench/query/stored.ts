import type { ClickHouseClient } from '@clickhouse/client';
import type { KnownStream } from './questions.ts';

export interface StoredBytes {
  readonly rows: number;
  /** Streams that the hours of `rollups` were made of. */
  readonly rolledRows: number;
  /** All tables and indexes. */
  readonly bytes: number;
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly bytes: number }[];
  /** Of `streams`, compressed, the largest first. */
  readonly columns: readonly { readonly column: string; readonly bytes: number }[];
  readonly indexBytes: number;
}

/** What the database takes on disk. */
export async function storedBytes(client: ClickHouseClient): Promise<StoredBytes> {
  const tables = await ask<StoredBytes['tables'][number]>(
    client,
    `SELECT table, toFloat64(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS bytes
     FROM system.parts WHERE active AND database = currentDatabase()
       AND table IN ('streams', 'rollups', 'request_attempts', 'stream_ids')
     GROUP BY table ORDER BY bytes DESC`,
  );
  const columns = await ask<StoredBytes['columns'][number]>(
    client,
    `SELECT column, toFloat64(sum(column_data_compressed_bytes)) AS bytes
     FROM system.parts_columns WHERE active AND database = currentDatabase() AND table = 'streams'
     GROUP BY column ORDER BY bytes DESC`,
  );
  const [index] = await ask<{ bytes: number }>(
    client,
    `SELECT toFloat64(sum(secondary_indices_compressed_bytes)) AS bytes
     FROM system.parts WHERE active AND database = currentDatabase() AND table = 'streams'`,
  );
  const [rolled] = await ask<{ rows: number }>(
    client,
    `SELECT toFloat64(sum(rows)) AS rows FROM rollups
     WHERE dimension_a = '' AND dimension_b = '' AND level_seconds = 3600`,
  );
  return {
    rolledRows: rolled?.rows ?? 0,
    rows: tables.find(({ table }) => table === 'streams')?.rows ?? 0,
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    tables,
    columns,
    indexBytes: index?.bytes ?? 0,
  };
}

/** A stream of two days before the newest. */
export async function knownStream(client: ClickHouseClient): Promise<KnownStream> {
  const [known] = await ask<KnownStream>(
    client,
    `SELECT lower(hex(trace_id)) AS traceId, lower(hex(span_id)) AS spanId, request_id AS requestId,
       provider_request_id AS providerRequestId, user_hash AS userHash, session_id AS sessionId,
       conversation_id AS conversationId
     FROM streams
     WHERE ended_at >= (SELECT max(ended_at) - INTERVAL 2 DAY FROM streams)
     LIMIT 1`,
  );
  if (known === undefined) throw new Error('No stream is stored');
  return known;
}

async function ask<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return answer.json<Row>();
}
