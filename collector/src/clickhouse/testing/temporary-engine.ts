import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, startEngine } from '../engine.ts';

const silent = () => undefined;
export const silentLogger = { info: silent, warn: silent, error: silent };

export interface TemporaryEngine {
  engine: Engine;
  dataDir: string;
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
    async dispose() {
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
