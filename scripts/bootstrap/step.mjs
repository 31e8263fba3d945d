import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** The last lines of a failing step tell why; the rest of a long output hides them. */
const OUTPUT_TAIL_LINES = 40;

/** What went wrong in one step and what to do; the message is for the person at the terminal. */
export class StepFailure extends Error {}

/** @type {readonly { pattern: RegExp, advice: string }[]} */
const ADVICE = [
  {
    pattern: /ERR_PNPM_OUTDATED_LOCKFILE/,
    advice:
      'A package.json has changed and pnpm-lock.yaml has not: run `npx pnpm@12 install` and commit the lockfile.',
  },
  {
    pattern: /ENOSPC|no space left/i,
    advice: 'The disk is full: make room (about 3 GB are needed), then run the same command again.',
  },
  {
    pattern: /EACCES|EPERM|EROFS|permission denied/i,
    advice: 'This user may not write there: run as the owner of this folder, or correct its permissions.',
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|META_FETCH_FAIL|network|getaddrinfo/i,
    advice:
      'The package registry could not be reached: check the network, or the registry and proxy in ~/.npmrc, then run the same command again.',
  },
];

/**
 * The one sentence that follows a failing step's output.
 *
 * @param {string} output
 */
export function adviceFor(output) {
  const known = ADVICE.find(({ pattern }) => pattern.test(output));
  return (
    known?.advice ??
    'Run the same command again; if it fails in the same way, open an issue with the lines above.'
  );
}

/**
 * Runs one program of the preparation. Prints a line with the time it took; its output only when it fails.
 *
 * @param {{ title: string, file: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv }} step
 * @param {{ write: (text: string) => unknown }} terminal
 */
export async function runStep({ title, file, args, cwd, env = process.env }, terminal = process.stderr) {
  const startedAt = performance.now();
  terminal.write(`${title} … `);
  const { code, output } = await collect(file, args, cwd, env);
  const seconds = Math.max(1, Math.round((performance.now() - startedAt) / 1000));
  if (code === 0) {
    terminal.write(`${seconds} s\n`);
    return;
  }
  terminal.write('failed\n');
  const tail = output.trimEnd().split('\n').slice(-OUTPUT_TAIL_LINES).join('\n');
  throw new StepFailure(`${tail}\n\n${adviceFor(output)}`);
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function collect(file, args, cwd, env) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ code: null, output: `${file}: ${error.message}` }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
