import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order } from './child.ts';

const childFile = fileURLToPath(new URL('child.ts', import.meta.url));

/** A measuring process. */
export interface Worker {
  /** @throws if the process failed, with what it said. */
  run(order: Order): Promise<number>;
  stop(): void;
}

export interface WorkerSetup {
  readonly cwd: string;
  readonly nodeArguments: readonly string[];
  /** Base URL; without one the answers are made in the process. */
  readonly server: string | undefined;
}

/** @throws if the process does not get ready. */
export async function startWorker(
  subject: string,
  mode: 'bare' | 'with',
  setup: WorkerSetup,
): Promise<Worker> {
  const child = fork(childFile, [subject, mode, setup.server ?? ''], {
    cwd: setup.cwd,
    execArgv: ['--expose-gc', ...setup.nodeArguments],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  await answerOf(child, () => complaint);
  return {
    run: async (order) => {
      child.send(order);
      const { value, error } = (await answerOf(child, () => complaint)) as { value?: number; error?: string };
      if (value === undefined) throw new Error(error);
      return value;
    },
    stop: () => child.kill(),
  };
}

function answerOf(child: ChildProcess, complaint: () => string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null, signal: string | null) =>
      reject(new Error(complaint() || `the process ended with ${signal ?? `code ${code}`}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
