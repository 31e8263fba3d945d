import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { folderOf } from './install.ts';
import type { SubjectEntry } from './subject.ts';

const patienceMs = 30_000;

export type FromChild<T> =
  | { readonly status: 'answered'; readonly answer: T }
  | { readonly status: 'failed'; readonly reason: string };

/** Runs a file in a process of its own, in the folder of the subject; the answer is the first message it sends. */
export function inChild<T>(file: URL, subject: SubjectEntry, args: readonly string[]): Promise<FromChild<T>> {
  return new Promise((resolve) => {
    const command = [...(subject.nodeArguments ?? []), fileURLToPath(file), ...args];
    const child = spawn(process.execPath, command, {
      cwd: fileURLToPath(folderOf(subject)),
      // What an SDK tells of its process when nobody names the service.
      argv0: 'node',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaint = '';
    child.stderr?.on('data', (text: Buffer) => {
      complaint += text.toString();
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.once('message', (answer) => resolve({ status: 'answered', answer: answer as T }));
    child.once('exit', (code) => {
      clearTimeout(timer);
      const error = complaint.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${code}`;
      resolve({ status: 'failed', reason: error });
    });
  });
}
