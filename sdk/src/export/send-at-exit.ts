import { Worker } from 'node:worker_threads';
import type { ExitTarget } from './exit-target.ts';

/** A collector that refuses one body may take the next; one that cannot be reached takes none. */
const program = `
const { workerData: { url, headers, tls, bodies, arrived, finished } } = require('node:worker_threads');
const { Agent, request } = require(new URL(url).protocol === 'https:' ? 'node:https' : 'node:http');
const agent = new Agent({ keepAlive: true, ...tls });
const finish = () => {
  Atomics.store(finished, 0, 1);
  Atomics.notify(finished, 0);
};
const send = (at) => {
  if (at === bodies.length) return finish();
  const answered = (response) => {
    response.resume();
    response.on('end', () => {
      if (Math.floor(response.statusCode / 100) === 2) Atomics.store(arrived, at, 1);
      send(at + 1);
    });
  };
  request(url, { method: 'POST', headers, agent }, answered).on('error', finish).end(bodies[at]);
};
send(0);
`;

/**
 * Sends bodies one after the other while this thread stands still: when a process exits its own event loop does not turn
 * any more. Another thread's does. A child process would take longer to start, and cannot be had by a program in a
 * single executable file. Never throws.
 *
 * @param limitMs longest time to stand still.
 * @returns of each body whether the collector has acknowledged it.
 */
export function sendAtExit(target: ExitTarget, bodies: readonly Uint8Array[], limitMs: number): boolean[] {
  const arrived = new Uint8Array(new SharedArrayBuffer(bodies.length));
  const finished = new Int32Array(new SharedArrayBuffer(4));
  const { url, headers, tls } = target;
  try {
    const thread = new Worker(program, {
      eval: true,
      workerData: { url, headers, tls, bodies, arrived, finished },
      // Neither --import nor NODE_OPTIONS: whatever they load would be loaded again.
      execArgv: [],
      env: {},
    });
    Atomics.wait(finished, 0, 0, limitMs);
    void thread.terminate();
  } catch {
    // No thread is to be had, by the permissions of the process for one. Nothing has arrived, which is what is told.
  }
  return [...arrived].map((flag) => flag === 1);
}
