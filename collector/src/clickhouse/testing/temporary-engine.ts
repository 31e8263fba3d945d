import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { findEmbeddedServer } from '../attached-server.ts';
import { askClickHouse, ensureDatabase, openClickHouse } from '../clickhouse-client.ts';
import { type Engine, startEngine } from '../engine.ts';

const silent = () => undefined;
export const silentLogger = { info: silent, warn: silent, error: silent };

export interface TemporaryEngine {
  engine: Engine;
  dataDir: string;
  /** Another database of it, created when missing. The caller closes the client. */
  openDatabase(database: string): Promise<ClickHouseClient>;
  /** Stops the engine and removes its directory. */
  dispose(): Promise<void>;
}

/** A real embedded ClickHouse on a directory of its own: start one in `beforeAll`, dispose of it in `afterAll`. */
export async function startTemporaryEngine(): Promise<TemporaryEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-engine-'));
  const engine = await startEngine({
    server: { kind: 'embedded', dataDir },
    database: 'weir',
    logger: silentLogger,
  });
  return {
    engine,
    dataDir,
    async openDatabase(database) {
      await ensureDatabase(engine.client(), database, undefined);
      const address = await findEmbeddedServer(
        dataDir,
        async (found) => (await askClickHouse(found)).status === 'answered',
      );
      if (address === undefined) throw new Error('the engine does not run');
      return openClickHouse({ ...address, database });
    },
    async dispose() {
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
