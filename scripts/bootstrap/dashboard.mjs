import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isCurrent, markCurrent, sourcesIn } from './fingerprint.mjs';
import { withToolchainFirst } from './packages.mjs';
import { runStep } from './step.mjs';

/**
 * Builds `dashboard/dist` when the dashboard, the contract it shares, or a package it is made with has changed.
 *
 * @param {string} root
 * @param {string} node path of Node
 */
export async function ensureDashboard(root, node) {
  const dashboard = join(root, 'dashboard');
  const sources = await Promise.all([sourcesIn(dashboard), sourcesIn(join(root, 'schemas'))]);
  const hash = await fingerprint(root, [...sources.flat(), join(root, 'pnpm-lock.yaml')]);
  const stamp = join(root, '.toolchain', 'dashboard.sha256');
  if (existsSync(join(dashboard, 'dist', 'index.html')) && (await isCurrent(stamp, hash))) return;

  await runStep({
    title: 'Building the dashboard (about 10 s, when it has changed)',
    file: node,
    args: [join(dashboard, 'node_modules', 'vite', 'bin', 'vite.js'), 'build'],
    cwd: dashboard,
    env: { ...withToolchainFirst(root, node), NODE_ENV: 'production' },
  });
  await markCurrent(stamp, hash);
}
