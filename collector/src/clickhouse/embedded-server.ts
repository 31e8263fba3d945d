import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseAddress } from './clickhouse-client.ts';
import { type EmbeddedProcess, type ProcessExit, spawnEmbedded } from './embedded-process.ts';
import {
  ENGINE_USER,
  type EngineSizing,
  engineConfig,
  engineConfigPath,
  engineDataPath,
  engineLogPath,
  isEngineConfig,
} from './engine-config.ts';
import { EngineError } from './engine-error.ts';

const READY_POLL_MS = 25;
const LOCK_POLL_MS = 500;

export interface EmbeddedServerOptions {
  libraryPath: string;
  /** Created when missing, readable by its owner alone. */
  dataDir: string;
  sizing: EngineSizing;
  /** True once the server at the address answers with these credentials. */
  answers: (address: ClickHouseAddress) => Promise<boolean>;
  /** How long an earlier server may take to leave the data directory. */
  lockWaitMs: number;
  /** How long the start may take; ClickHouse reads every table's parts first. */
  startTimeoutMs: number;
}

export interface EmbeddedServer {
  /** The same for every launch, so a client outlives a restart. */
  readonly address: ClickHouseAddress;
  /** @throws EngineError `data-dir-locked` or `start-failed` */
  launch(signal: AbortSignal): Promise<EmbeddedProcess>;
  /** Removes what a launch left in the data directory besides data. Call after the process has gone. */
  tidy(): Promise<void>;
}

/**
 * Prepares a data directory and a private loopback address for one embedded server.
 *
 * @throws EngineError `data-dir-not-writable`
 */
export async function prepareEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { sizing } = options;
  const dataDir = resolve(options.dataDir);
  const httpPort = await freeLoopbackPort();
  const password = randomBytes(24).toString('hex');
  const configPath = engineConfigPath(dataDir, httpPort);
  const address = { url: `http://127.0.0.1:${httpPort}`, username: ENGINE_USER, password };

  await writingTo(dataDir, async () => {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await mkdir(engineDataPath(dataDir), { recursive: true, mode: 0o700 });
    await mkdir(dirname(engineLogPath(dataDir)), { recursive: true, mode: 0o700 });
    await writeFile(configPath, engineConfig({ dataDir, httpPort, password, sizing }), { mode: 0o600 });
    // The mode above holds only for a file that did not exist.
    await chmod(configPath, 0o600);
  });

  return {
    address,
    async launch(signal) {
      const start = () => spawnEmbedded(options.libraryPath, configPath);
      const earlier = await otherConfigs(dataDir, configPath);
      const process = await launchUnlocked(options, start, () => options.answers(address), signal);
      // This server holds the directory's lock now, so those that came before it have ended. A file that cannot be
      // removed costs its few bytes; the next start tries again.
      await Promise.allSettled(earlier.map((path) => rm(path, { force: true })));
      return process;
    },
    tidy: () => rm(configPath, { force: true }),
  };
}

/** Launches; while an earlier server still holds the directory (it takes seconds to end), tries again. */
async function launchUnlocked(
  options: EmbeddedServerOptions,
  start: () => EmbeddedProcess,
  answers: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<EmbeddedProcess> {
  for (let waitedMs = 0; ; waitedMs += LOCK_POLL_MS) {
    const server = start();
    const outcome = await firstAnswer(server, answers, options.startTimeoutMs, signal);
    if (outcome.status === 'ready') return server;
    if (outcome.status === 'late') {
      await server.stop(0);
      throw startFailed(options, `gave no answer within ${options.startTimeoutMs / 1000} s`);
    }
    if (!isLockRefusal(outcome.exit)) throw startFailed(options, describeExit(outcome.exit));
    if (waitedMs >= options.lockWaitMs || signal.aborted) throw await locked(options.dataDir);
    await sleep(LOCK_POLL_MS);
  }
}

type FirstAnswer = { status: 'ready' } | { status: 'late' } | { status: 'exited'; exit: ProcessExit };

async function firstAnswer(
  server: EmbeddedProcess,
  answers: () => Promise<boolean>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<FirstAnswer> {
  let exit: ProcessExit | undefined;
  void server.exited.then((value) => {
    exit = value;
  });
  for (let waitedMs = 0; waitedMs < timeoutMs && !signal.aborted; waitedMs += READY_POLL_MS) {
    await Promise.race([sleep(READY_POLL_MS), server.exited]);
    if (exit !== undefined) return { status: 'exited', exit };
    if (await answers()) return { status: 'ready' };
  }
  return { status: 'late' };
}

function isLockRefusal(exit: ProcessExit): boolean {
  return exit.output.includes('Another server instance in same directory');
}

async function locked(dataDir: string): Promise<EngineError> {
  const holder = await readFile(join(engineDataPath(dataDir), 'status'), 'utf8').catch(() => '');
  const pid = /^PID: (\d+)$/m.exec(holder)?.[1];
  const who =
    pid === undefined ? 'another running Weir' : `another running Weir (its ClickHouse is process ${pid})`;
  return new EngineError(
    'data-dir-locked',
    `The data directory ${dataDir} is in use by ${who}. Stop that one, or give this one a directory of its own.`,
  );
}

function startFailed(options: EmbeddedServerOptions, what: string): EngineError {
  const log = engineLogPath(options.dataDir);
  return new EngineError('start-failed', `The embedded ClickHouse ${what}. Its log is ${log}.`);
}

export function describeExit(exit: ProcessExit): string {
  const how = exit.signal === null ? `ended with code ${exit.code}` : `was ended by ${exit.signal}`;
  const lines = exit.output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^Logging \w+ to /.test(line));
  // ClickHouse and Node both add advice and traces below the line that says what happened.
  const said = lines.findLast((line) => /^(Code: \d+|\w*Error: )/.test(line)) ?? lines.at(-1);
  return said === undefined ? how : `${how}, saying "${said}"`;
}

async function writingTo(dataDir: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'data-dir-not-writable',
      `The data directory ${dataDir} cannot be written to (${reason}). Give this user access to it, or choose another directory.`,
      { cause },
    );
  }
}

async function otherConfigs(dataDir: string, own: string): Promise<string[]> {
  const names = (await readdir(dataDir)).filter(isEngineConfig);
  return names.map((name) => join(dataDir, name)).filter((path) => path !== own);
}

function freeLoopbackPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const bound = probe.address();
      probe.close(() => {
        if (bound !== null && typeof bound === 'object') resolve(bound.port);
        else reject(new Error('a listening TCP server has no port'));
      });
    });
  });
}
