/**
 * What a change has to pass: `npm test`, `npm run verify`, `npm run e2e`. Runs every check even when an earlier one
 * fails, and ends with one line, `N passed, N failed`, that counts each test and each other check once.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addTallies, formatTally, isSuccess, type Tally, tallyOf } from './check/tally.ts';

interface Check {
  title: string;
  /** Arguments of Node. */
  run: string[];
}

interface Command {
  checks: Check[];
  /** Projects of vitest.config.ts. */
  projects: string[];
}

const TYPES: Check = { title: 'Types', run: ['node_modules/typescript/bin/tsc', '-b'] };
const LINT: Check = {
  title: 'Format and lint',
  run: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
};
const LAYERS: Check = { title: 'Layers', run: ['scripts/check-layers.ts'] };
const UNUSED: Check = { title: 'Unused code and packages', run: ['node_modules/knip/bin/knip.js'] };
const DOCS: Check = { title: 'Documents match the code', run: ['scripts/docs.ts', '--check'] };

const SUITES = ['unit', 'integration', 'streams'];
const COMMANDS: Readonly<Record<string, Command>> = {
  test: { checks: [TYPES, LINT, LAYERS], projects: SUITES },
  verify: { checks: [TYPES, LINT, LAYERS, UNUSED, DOCS], projects: SUITES },
  e2e: { checks: [], projects: ['e2e'] },
};

const root = fileURLToPath(new URL('..', import.meta.url));

function runNode(args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function runCheck({ title, run }: Check): Promise<Tally> {
  process.stdout.write(`\n${title}\n`);
  const passed = (await runNode(run)) === 0;
  process.stdout.write(passed ? '  passed\n' : '  failed\n');
  return passed ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function runTests(projects: string[], args: string[]): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-report-'));
  try {
    const report = join(folder, 'report.json');
    const code = await runNode([
      'node_modules/vitest/vitest.mjs',
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]);
    return tallyOf(await readFile(report, 'utf8').catch(() => ''), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined)
  throw new Error(`usage: check.ts <${Object.keys(COMMANDS).join('|')}> [vitest arguments]`);

const tallies: Tally[] = [];
for (const check of command.checks) tallies.push(await runCheck(check));
const tests = await runTests(command.projects, args);
const total = addTallies([...tallies, tests]);

process.stdout.write(`\n${formatTally(total)}\n`);
process.exitCode = isSuccess(total, tests) ? 0 : 1;
