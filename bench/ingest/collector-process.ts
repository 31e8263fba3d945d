import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CollectorProcess {
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  /** A metric of the collector, summed over its labels. */
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

/** As `npm start` sets it. */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: '131072' };

const MAIN = fileURLToPath(new URL('../../collector/src/main.ts', import.meta.url));

/**
 * The collector as its users run it, in a process of its own, on a free port and an empty directory.
 *
 * @param env settings beside these
 * @param nodeOptions such as `--cpu-prof`
 */
export async function startCollectorProcess(
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<CollectorProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  const child = spawn(process.execPath, [...nodeOptions, MAIN], {
    env: { ...MALLOC, WEIR_PORT: '0', WEIR_DATA_DIR: dataDir, WEIR_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await announcedUrl(child);
  return {
    pid: child.pid ?? -1,
    url,
    dataDir,
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const values = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
      return Array.from(values, ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0);
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function announcedUrl(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      const url = /Dashboard +(http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`the collector did not start: ${said}`)));
  });
}
