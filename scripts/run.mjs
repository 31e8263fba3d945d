/**
 * `npm start`, `npm run demo`, `npm test` and the rest, on a machine that has Node 20 and npm and nothing else: fetches
 * what is missing, builds what has changed, then runs the command in the foreground.
 *
 * Plain JavaScript without dependencies, because it runs before either TypeScript or any package can.
 */
import { fileURLToPath } from 'node:url';
import { ensureDashboard } from './bootstrap/dashboard.mjs';
import { runForeground } from './bootstrap/foreground.mjs';
import { ensureNode } from './bootstrap/node.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { StepFailure } from './bootstrap/step.mjs';

/**
 * @typedef {object} Command
 * @property {string[]} run arguments of Node
 * @property {boolean} dashboard whether it serves the built dashboard
 */

/** @type {Readonly<Record<string, Command>>} */
const COMMANDS = {
  start: { run: ['collector/src/main.ts'], dashboard: true },
  demo: { run: ['examples/demo/src/main.ts'], dashboard: true },
  test: { run: ['scripts/check.ts', 'test'], dashboard: false },
  verify: { run: ['scripts/check.ts', 'verify'], dashboard: false },
  chaos: { run: ['collector/src/testing/chaos/main.ts'], dashboard: false },
  e2e: { run: ['scripts/check.ts', 'e2e'], dashboard: true },
  keys: { run: ['scripts/keys.ts'], dashboard: false },
  backup: { run: ['collector/src/backup/main.ts', 'backup'], dashboard: false },
  restore: { run: ['collector/src/backup/main.ts', 'restore'], dashboard: false },
  data: { run: ['scripts/data.ts'], dashboard: false },
  docs: { run: ['scripts/docs.ts'], dashboard: false },
};

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string[]} argv */
async function main([name = '', ...args]) {
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`usage: node scripts/run.mjs <${Object.keys(COMMANDS).join('|')}> [arguments]\n`);
    return 2;
  }
  const node = await ensureNode(root);
  await ensurePackages(root, node);
  if (command.dashboard) await ensureDashboard(root, node);
  return runForeground(node, [...command.run, ...args], root);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StepFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
