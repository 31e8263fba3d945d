import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fingerprint, isCurrent, markCurrent } from './fingerprint.mjs';
import { ensureNpmTool, npmToolHome } from './npm-tool.mjs';
import { runStep } from './step.mjs';

const PNPM_VERSION = '12.21.0';

/**
 * Installs the packages exactly as the lockfile says, when it or a `package.json` has changed since the last time.
 *
 * @param {string} root
 * @param {string} node path of Node
 */
export async function ensurePackages(root, node) {
  const inputs = [
    join(root, 'pnpm-lock.yaml'),
    join(root, 'pnpm-workspace.yaml'),
    ...(await manifests(root)),
  ];
  const hash = await fingerprint(root, inputs, [process.platform, process.arch, PNPM_VERSION]);
  const stamp = join(root, '.toolchain', 'packages.sha256');
  if (existsSync(join(root, 'node_modules', '.modules.yaml')) && (await isCurrent(stamp, hash))) return;

  const pnpm = await ensureNpmTool({
    root,
    name: 'pnpm',
    version: PNPM_VERSION,
    title: `Fetching pnpm ${PNPM_VERSION} (about 5 s, once)`,
  });
  await runStep({
    title: 'Installing packages (about 20 s, once)',
    file: node,
    args: [
      join(pnpm, 'bin', 'pnpm.mjs'),
      'install',
      '--frozen-lockfile',
      // Tests, the dashboard's build and ClickHouse itself are development or optional dependencies; NODE_ENV or the
      // user's own settings must not leave them out.
      '--prod=false',
      '--config.optional=true',
      '--config.confirmModulesPurge=false',
    ],
    cwd: root,
    env: withToolchainFirst(root, node),
  });
  await markCurrent(stamp, hash);
}

/**
 * The environment in which `node` means this Node, and `pnpm` the one that installed the packages.
 *
 * @param {string} root
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function withToolchainFirst(root, node) {
  const pnpm = join(npmToolHome(root, 'pnpm', PNPM_VERSION), 'node_modules', '.bin');
  const path = [dirname(node), pnpm, process.env.PATH].filter(Boolean).join(delimiter);
  return { ...process.env, PATH: path };
}

/**
 * The manifests of the workspace: of the root, of each folder in it, and of each example.
 *
 * @param {string} root
 */
async function manifests(root) {
  const parents = [root, join(root, 'examples')];
  const folders = await Promise.all(
    parents.map(async (parent) => (await readdir(parent)).map((name) => join(parent, name))),
  );
  return [root, ...folders.flat()]
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(path));
}
