import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, type CollectorDependencies, createCollector } from '../collector.ts';
import { readConfig } from '../config.ts';

export interface TemporaryCollector {
  readonly collector: Collector;
  /** Holds all that it keeps. */
  readonly directory: string;
  /** GET under `/api/v1`. */
  ask<T>(path: string): Promise<T>;
  /** Closes the collector and removes its data. */
  dispose(): Promise<void>;
}

/** A real collector with its ClickHouse, on a free port and a directory of its own. */
export async function startTemporaryCollector(
  env: Record<string, string> = {},
  dependencies: CollectorDependencies = {},
): Promise<TemporaryCollector> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-collector-'));
  const config = readConfig({ WEIR_PORT: '0', WEIR_DATA_DIR: directory, ...env }, directory);
  const collector = await createCollector(config, dependencies);
  return {
    collector,
    directory,
    async ask<T>(path: string) {
      const response = await fetch(`${collector.url}/api/v1${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async dispose() {
      await collector.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
