import type { Database } from '../clickhouse/database.ts';
import { insertRows, isoTime } from '../clickhouse/insert-rows.ts';
import { ask } from '../query/ask.ts';
import { sql } from '../query/sql.ts';
import type { KeyRecord, KeySnapshot, ProjectRecord } from './key-record.ts';

/** Keys and projects in ClickHouse, which all collectors share. */
export interface KeyStore {
  read(): Promise<KeySnapshot>;
  putKey(record: KeyRecord): Promise<void>;
  /** Forgets everything about a key but that its id was used. */
  forgetKey(record: KeyRecord): Promise<void>;
  putProject(project: ProjectRecord): Promise<void>;
  /** Unix milliseconds by id, of keys that were ever used. */
  lastUses(): Promise<ReadonlyMap<string, number>>;
  putUses(uses: ReadonlyMap<string, number>): Promise<void>;
}

const everyKey = sql`
  SELECT id, version, hash, hint, project, reads, label,
    toUnixTimestamp64Milli(created_at) AS createdAt, toUnixTimestamp64Milli(revoked_at) AS revokedAt,
    origins, spans_per_second AS spansPerSecond, burst_spans AS burstSpans
  FROM ingest_keys FINAL
  WHERE NOT forgotten
  ORDER BY createdAt DESC, id`;

const everyProject = sql`
  SELECT name, toUnixTimestamp64Milli(created_at) AS createdAt
  FROM projects FINAL
  ORDER BY name`;

const everyUse = sql`
  SELECT key_id AS keyId, toUnixTimestamp64Milli(max(last_used_at)) AS lastUsedAt
  FROM ingest_key_use
  GROUP BY keyId`;

export function createKeyStore(database: Database): KeyStore {
  return {
    async read() {
      const [keys, projects] = await Promise.all([
        ask<KeyRecord>(database, everyKey),
        ask<ProjectRecord>(database, everyProject),
      ]);
      return { keys, projects };
    },
    putKey: (record) => insertRows(database, 'ingest_keys', [rowOf(record)]),
    forgetKey(record) {
      const nothing = { ...record, hash: '', hint: '', label: '', origins: [], version: record.version + 1 };
      return insertRows(database, 'ingest_keys', [{ ...rowOf(nothing), forgotten: true }]);
    },
    putProject: ({ name, createdAt }) =>
      insertRows(database, 'projects', [{ name, version: 1, created_at: isoTime(createdAt) }]),
    async lastUses() {
      const rows = await ask<{ keyId: string; lastUsedAt: number }>(database, everyUse);
      return new Map(rows.map(({ keyId, lastUsedAt }) => [keyId, lastUsedAt]));
    },
    putUses(uses) {
      const rows = Array.from(uses, ([key_id, at]) => ({ key_id, last_used_at: isoTime(at) }));
      return insertRows(database, 'ingest_key_use', rows);
    },
  };
}

function rowOf(record: KeyRecord): Record<string, unknown> {
  const { createdAt, revokedAt, spansPerSecond, burstSpans, ...same } = record;
  return {
    ...same,
    forgotten: false,
    created_at: isoTime(createdAt),
    revoked_at: revokedAt === null ? null : isoTime(revokedAt),
    spans_per_second: spansPerSecond,
    burst_spans: burstSpans,
  };
}
