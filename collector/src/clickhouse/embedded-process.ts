import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Last bytes of a failing server's output that are worth showing. */
const OUTPUT_TAIL_BYTES = 8_192;

export interface EmbeddedProcess {
  readonly pid: number;
  /** Settles when the process has gone, whoever ended it. */
  readonly exited: Promise<ProcessExit>;
  /** Ends it cleanly, or after `graceMs` by force; settles when it has gone. */
  stop(graceMs: number): Promise<void>;
}

export interface ProcessExit {
  code: number | null;
  signal: string | null;
  /** What it wrote last, to both standard streams. */
  output: string;
}

/**
 * Starts the embedded ClickHouse on a configuration file, which has a port for each protocol. Its standard input stays open for as long as this process
 * lives, so it ends even when this one is killed.
 */
export function spawnEmbedded(
  libraryPath: string,
  configPath: string,
  protocols: readonly ('TCP' | 'HTTP')[] = ['HTTP'],
): EmbeddedProcess {
  const listen = protocols.map((protocol) => `SYSTEM START LISTEN ${protocol};`).join(' ');
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./embedded-child.ts', import.meta.url)),
      libraryPath,
      `--config-file=${configPath}`,
      '--log-level=warning',
      // `file('-')` and not `/dev/stdin`: Node gives the child a socket, which cannot be opened by name.
      `--query=${listen} SELECT * FROM file('-', 'LineAsString', 'line String') FORMAT Null`,
    ],
    {
      // A process group of its own: Ctrl-C in a terminal must reach the collector alone, which still has to write.
      detached: true,
      // Nothing of the user's environment may reconfigure the server.
      env: { TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  return describe(child);
}

function describe(child: ChildProcess): EmbeddedProcess {
  let output = '';
  const keepTail = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-OUTPUT_TAIL_BYTES);
  };
  child.stdout?.on('data', keepTail);
  child.stderr?.on('data', keepTail);
  // A server that dies before its input is closed breaks the pipe; its exit tells the same.
  child.stdin?.on('error', () => undefined);

  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, output: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, output: output.trim() }));
  });

  return {
    pid: child.pid ?? -1,
    exited,
    async stop(graceMs) {
      child.stdin?.end();
      if (await settlesWithin(exited, graceMs)) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
