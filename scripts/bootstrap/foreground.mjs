import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { withToolchainFirst } from './packages.mjs';

/** One Ctrl-C arrives twice: from the terminal, and again from npm, which passes on what it gets. */
const SAME_KEYPRESS_MS = 500;

/**
 * Of glibc: memory for blocks from this size on goes back to the system when it is freed. Left to itself glibc raises the
 * size to that of the bodies it sees, and keeps what a burst of them took: hundreds of megabytes.
 */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: '131072' };

/**
 * Runs the command itself with this terminal's streams, passes signals on, and settles when it has gone.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<number>} the exit code to end with
 */
export function runForeground(node, args, cwd) {
  return new Promise((resolve, reject) => {
    const preload = new URL('./end-with-launcher.mjs', import.meta.url).href;
    // A process group of its own, so that it gets each signal once and from here alone: a second one may mean "at once".
    const child = spawn(node, ['--import', preload, ...args], {
      cwd,
      env: { ...MALLOC, ...withToolchainFirst(cwd, node), WEIR_LAUNCHER: String(process.pid) },
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    child.once('error', reject);

    let lastAt = Number.NEGATIVE_INFINITY;
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      const now = performance.now();
      if (now - lastAt < SAME_KEYPRESS_MS) return;
      lastAt = now;
      signalGroup(child.pid, signal);
    };
    process.on('SIGINT', pass);
    process.on('SIGTERM', pass);
    // The terminal was closed.
    process.on('SIGHUP', () => pass('SIGTERM'));

    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * As a terminal does it: to the command and to what it has started. What must outlive a Ctrl-C has a group of its own.
 *
 * @param {number | undefined} leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(leader, signal) {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
