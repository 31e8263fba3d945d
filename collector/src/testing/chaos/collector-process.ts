import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A collector in a process of its own, always on the same port and directory. */
export interface CollectorProcess {
  readonly url: string;
  /** Starts it, and starts it again if it ends by itself, as whatever runs services does. */
  start(): void;
  /** Resolves when it has gone. */
  kill(): Promise<void>;
  /** Ends its ClickHouse at once, if it is there. */
  killClickHouse(): Promise<void>;
  /** Resolves when it has ended in order. */
  stop(): Promise<void>;
  /** How often it ended by itself. */
  readonly ownEnds: number;
  /** What it wrote to standard error, last lines. */
  readonly said: string;
}

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const SAID_CHARACTERS = 4_000;
const RESTART_MS = 200;

export async function prepareCollectorProcess(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CollectorProcess> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  let said = '';
  let ownEnds = 0;

  function start(): void {
    const started = spawn(process.execPath, [MAIN], {
      env: {
        ...{ WEIR_PORT: String(port), WEIR_GRPC_PORT: 'off', WEIR_DATA_DIR: dataDir, WEIR_LOG_LEVEL: 'warn' },
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    started.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-SAID_CHARACTERS);
    });
    started.once('exit', () => {
      if (child !== started) return;
      ownEnds += 1;
      setTimeout(() => child === started && start(), RESTART_MS);
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    start,
    kill: () => end('SIGKILL'),
    async killClickHouse() {
      const status = await readFile(join(dataDir, 'clickhouse', 'status'), 'utf8').catch(() => '');
      const processId = Number(/^PID: (\d+)$/m.exec(status)?.[1]);
      if (!Number.isInteger(processId)) return;
      try {
        process.kill(processId, 'SIGKILL');
      } catch (error) {
        // It ended by itself, and its file is still there.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
    stop: () => end('SIGTERM'),
    get ownEnds() {
      return ownEnds;
    },
    get said() {
      return said;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has no port');
  return address.port;
}
