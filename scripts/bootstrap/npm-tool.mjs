import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runStep, StepFailure } from './step.mjs';

/**
 * Installs one exact version of a package from npm into `.toolchain`, once. It appears there complete or not at all: an
 * interrupted installation leaves a folder that nothing looks into.
 *
 * @param {{ root: string, name: string, version: string, title: string }} tool
 * @returns {Promise<string>} the folder of the installed package
 */
export async function ensureNpmTool({ root, name, version, title }) {
  const toolchain = join(root, '.toolchain');
  const home = npmToolHome(root, name, version);
  const installed = join(home, 'node_modules', name);
  if (existsSync(installed)) return installed;

  const workshop = await inToolchain(toolchain, async () => {
    await mkdir(toolchain, { recursive: true });
    const folder = await mkdtemp(join(toolchain, 'installing-'));
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    return folder;
  });
  try {
    // Install scripts stay off: neither package needs its own, and npm 11 stops to ask about them.
    const options = [
      '--ignore-scripts',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      // Whoever is offline should learn it in seconds; npm's own pauses between attempts are tens of seconds.
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=5000',
    ];
    const npm = npmProgram();
    await runStep({
      title,
      file: npm.file,
      args: [...npm.args, 'install', '--prefix', workshop, ...options, `${name}@${version}`],
      cwd: workshop,
    });
    await rename(workshop, home).catch((error) => {
      // Another run of this command has just put the same there.
      if (!existsSync(installed)) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return installed;
}

/**
 * Where a tool is installed, or will be.
 *
 * @param {string} root
 * @param {string} name
 * @param {string} version
 */
export function npmToolHome(root, name, version) {
  return join(root, '.toolchain', `${name}-${version}`);
}

/** The npm that runs this command, else the one on PATH. */
function npmProgram() {
  const path = process.env.npm_execpath;
  if (path !== undefined && basename(path) === 'npm-cli.js') return { file: process.execPath, args: [path] };
  return { file: 'npm', args: [] };
}

/**
 * @template T
 * @param {string} toolchain
 * @param {() => Promise<T>} write
 */
async function inToolchain(toolchain, write) {
  try {
    return await write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StepFailure(
      `${toolchain} cannot be written to (${reason}). Run as the owner of this folder, or correct its permissions.`,
    );
  }
}
