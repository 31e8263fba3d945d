import { spawn } from 'node:child_process';
import { glob } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** A runtime as it is installed here. */
export interface Engine {
  readonly title: string;
  readonly version: string;
  readonly file: string;
  /** Arguments before those of the program; undefined where it runs workers instead of programs. */
  readonly program: readonly string[] | undefined;
}

interface EngineEntry {
  readonly title: string;
  /** Where npm puts its binary, whatever the platform. */
  readonly binary: string;
  readonly program: Engine['program'];
}

const entries: readonly EngineEntry[] = [
  { title: 'Node 20', binary: 'node20-*/bin/node', program: [] },
  { title: 'Node 22', binary: 'node22-*/bin/node', program: [] },
  { title: 'Bun', binary: '@oven/bun-*/bin/bun', program: ['run'] },
  { title: 'Deno', binary: '@deno/*/deno', program: ['run', '--allow-all', '--no-prompt'] },
  { title: 'workerd', binary: '@cloudflare/workerd-*/bin/workerd', program: undefined },
];

const folder = fileURLToPath(new URL('engines/', import.meta.url));
// The packages that fetch a binary in a script are not needed: each platform has one that is the binary.
const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];

/** Installs the runtimes of `engines/package.json` with npm, which leaves alone what is there. */
export async function installEngines(): Promise<
  | { readonly status: 'installed'; readonly engines: readonly Engine[] }
  | { readonly status: 'failed'; readonly reason: string }
> {
  const npm = await run('npm', install, folder);
  if (npm.code !== 0) return { status: 'failed', reason: npm.errors.split('\n')[0] ?? 'npm install failed' };
  const engines: Engine[] = [];
  for (const entry of entries) {
    const file = await binaryOf(entry);
    if (file !== undefined) engines.push({ ...entry, file, version: await versionOf(file) });
  }
  const own = { title: `Node ${process.versions.node.split('.')[0]}`, program: [] };
  return {
    status: 'installed',
    engines: [{ ...own, file: process.execPath, version: process.versions.node }, ...engines],
  };
}

/** Packages for another C library are installed as well: the first binary that runs is the one. */
async function binaryOf({ binary }: EngineEntry): Promise<string | undefined> {
  for await (const path of glob(`node_modules/${binary}`, { cwd: folder })) {
    const file = `${folder}${path}`;
    if ((await run(file, ['--version'], folder)).code === 0) return file;
  }
  return undefined;
}

async function versionOf(file: string): Promise<string> {
  const { output } = await run(file, ['--version'], folder);
  return output.match(/\d+[\d.-]*\d/)?.[0] ?? 'unknown';
}

export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const patienceMs = 120_000;

/** Runs a command to its end. Never rejects: what keeps it from running is in `errors`. */
export function run(file: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: patienceMs });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
    });
    child.stderr.on('data', (text: Buffer) => {
      errors += text.toString();
    });
    child.once('error', (error) => resolve({ code: null, output, errors: error.message }));
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}
