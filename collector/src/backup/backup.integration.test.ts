import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrated } from '../clickhouse/testing/migrated.ts';
import {
  silentLogger,
  startTemporaryEngine,
  type TemporaryEngine,
} from '../clickhouse/testing/temporary-engine.ts';
import { pause } from '../pause.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';
import { type BackupServer, reachBackupServer } from './server.ts';

let temporary: TemporaryEngine;
let directory: string;
let server: BackupServer;

/** Everything that a person would miss. */
const questions = [
  `SELECT project, count() AS n, sum(sipHash64(trace_id, ended_at, user_hash)) AS all FROM streams GROUP BY project ORDER BY project`,
  'SELECT sum(streams) AS streams, uniqCombined64Merge(12)(users) AS users FROM rollups',
  'SELECT id, name FROM (SELECT id, definition AS name FROM alert_rules FINAL)',
  'SELECT id, hash FROM ingest_keys FINAL',
  'SELECT project, raw_days FROM retention_settings FINAL',
  'SELECT version, name, checksum FROM schema_migrations ORDER BY version',
];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-backup-'));
  temporary = await startTemporaryEngine();
  const client = temporary.engine.client();
  await migrated(client);
  for (const query of [
    `INSERT INTO streams (project, trace_id, ended_at, user_hash)
     SELECT if(number % 3 = 0, 'shop', 'default'), randomFixedString(16), now64(3) - number, toString(number % 50)
     FROM numbers(5000)`,
    `INSERT INTO rollups (project, level_seconds, slot, streams, users)
     SELECT project, 3600, toStartOfHour(ended_at), count(), uniqCombined64State(12)(sipHash64(user_hash))
     FROM streams GROUP BY project, toStartOfHour(ended_at)`,
    `INSERT INTO alert_rules (id, version, definition) VALUES ('r1', 1, 'one'), ('r1', 2, 'two')`,
    `INSERT INTO ingest_keys (id, version, hash) VALUES ('k1', 1, 'abc')`,
    `INSERT INTO retention_settings (project, version, raw_days) VALUES ('shop', 1, 90)`,
  ]) {
    await client.command({ query });
  }
  server = await reachBackupServer(config(temporary.dataDir), silentLogger, false);
});

afterAll(async () => {
  await server?.close();
  await temporary?.dispose();
  await rm(directory, { recursive: true, force: true });
});

const config = (dataDir: string) => ({ dataDir, database: 'weir' });
const around = { stamp: 'test', delay: (ms: number) => pause(ms) };

async function answers(client: ClickHouseClient, database: string): Promise<unknown[]> {
  return Promise.all(
    questions.map(async (question) => {
      const query = question.replaceAll(/FROM (?=[a-z])/g, `FROM ${database}.`);
      return (await client.query({ query, format: 'JSONEachRow' })).json();
    }),
  );
}

function backUpTo(to: string) {
  return backUp({ server, dataDir: temporary.dataDir, to, ...around });
}

describe('a backup', () => {
  it('gives the same answers on another machine', async () => {
    const before = await answers(server.client, 'weir');
    expect(before[0]).toHaveLength(2);
    const to = join(directory, 'one');
    const made = await backUpTo(to);
    expect(made.files).toBeGreaterThan(10);
    expect(made.bytes).toBeGreaterThan(5_000 * 16);

    const dataDir = join(directory, 'new-machine');
    const other = await reachBackupServer(config(dataDir), silentLogger, true);
    try {
      const restored = await restore({ server: other, dataDir, from: to, ...around });
      expect(restored).toMatchObject({ database: 'weir', streams: 5_000 });
      expect(await answers(other.client, 'weir')).toEqual(before);
      expect(await readdir(join(dataDir, 'backups'))).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('is restored beside what is there, never over it', async () => {
    const from = join(directory, 'two');
    await backUpTo(from);
    const options = { server, dataDir: temporary.dataDir, from, ...around };
    await expect(restore(options)).rejects.toThrow(/weir has tables already.*--into/);
    await restore({ ...options, into: 'copy' });
    expect(await answers(server.client, 'copy')).toEqual(await answers(server.client, 'weir'));
    await expect(restore({ ...options, into: 'copy' })).rejects.toThrow(/copy has tables already/);
  });

  it('leaves nothing behind beside itself', async () => {
    await backUpTo(join(directory, 'three'));
    expect(await readdir(join(temporary.dataDir, 'backups'))).toEqual([]);
  });

  it('never goes where something is', async () => {
    await writeFile(join(directory, 'four'), 'mine');
    await expect(backUpTo(join(directory, 'four'))).rejects.toThrow(/cannot be written to/);
    await expect(backUpTo(directory)).rejects.toThrow(/is not empty/);
  });

  it('is told from other directories', async () => {
    const options = { server, dataDir: temporary.dataDir, from: directory, into: 'none', ...around };
    await expect(restore(options)).rejects.toThrow(/is not a backup of Weir/);
  });

  it('needs data', async () => {
    const nowhere = reachBackupServer(config(join(directory, 'nowhere')), silentLogger, false);
    await expect(nowhere).rejects.toThrow(/There is no data in .*WEIR_DATA_DIR/);
  });

  it('cannot be made to leave the directory of backups by ClickHouse itself', async () => {
    await expect(backUpTo(`File('${directory}/outside')`)).rejects.toThrow(/not allowed for backups/);
  });
});
