/**
 * What the packed SDK does on every runtime: `node e2e/runtimes/run.ts`.
 *
 * Installs the package as an application would, and each runtime of `engines/package.json` with npm; has each of them
 * make the same calls to the same server, compares what is said of them with what happened, and writes docs/runtimes.md.
 * Fails if anything differs. Where npm cannot install, it says so and does nothing.
 */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSimulator, type Simulator } from '@weir/simulator';
import { receiveOtlp } from '../../sdk/src/testing/otlp-receiver.ts';
import { type Application, createApplication } from './application.ts';
import { type Case, callHeader, casesOf } from './calls.ts';
import { type Engine, installEngines, run } from './engines.ts';
import { type Judged, judge } from './judge.ts';
import type { Task } from './program.ts';
import { type EngineReport, runtimesReport } from './report.ts';
import type { Outcome } from './scenario.ts';
import { askWorker } from './worker-engine.ts';

const reportFile = new URL('../../docs/runtimes.md', import.meta.url);
const patienceMs = 5_000;
const entries = ['', '/browser', '/node', '/protocols', '/resilience'].map((entry) => `@weir/sdk${entry}`);

const installed = await installEngines();
if (installed.status === 'failed') {
  process.stderr.write(`Skipped: the runtimes cannot be installed (${installed.reason})\n`);
  process.exit(0);
}
const application = await createApplication();
const simulator = await createSimulator({ seed: 7 });
try {
  const cases = casesOf(simulator.url, `http://127.0.0.1:${await closedPort()}`);
  const reports: EngineReport[] = [];
  for (const engine of installed.engines) {
    process.stderr.write(`${engine.title} ${engine.version}\n`);
    reports.push(await tryEngine(engine, application, simulator, cases));
  }
  await writeFile(reportFile, runtimesReport(reports, cases));
  const wrong = reports.flatMap(({ engine, problems }) => problems.map((what) => `${engine.title}: ${what}`));
  for (const what of wrong) process.stderr.write(`${what}\n`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await simulator.close();
  await application.close();
}

async function tryEngine(
  engine: Engine,
  application: Application,
  server: Simulator,
  cases: readonly Case[],
): Promise<EngineReport> {
  server.requests.clear();
  const calls = cases.map(({ call }) => call);
  const outcomes = await ask<Outcome[]>(engine, application, { kind: 'observe', calls });
  const judged: Judged[] = [];
  for (const [index, tried] of cases.entries()) {
    judged.push(judge(tried, outcomes[index], await serverSawLeave(tried, server)));
  }
  // A worker is one file: what it imports was put into it before.
  const loaded = await ask<string[]>(engine, application, { kind: 'import', entries });
  const started = await spansOfStart(engine, application, cases);
  return {
    engine,
    judged,
    started,
    problems: [
      ...judged.flatMap(({ problem }, index) =>
        problem === '' ? [] : [`${cases[index]?.title}: ${problem}`],
      ),
      ...loaded.flatMap((problem, index) => (problem === '' ? [] : [`${entries[index]}: ${problem}`])),
      ...(started === 1 ? [] : [`${started} spans of one stream arrived`]),
    ],
  };
}

/** @returns whether the server saw the client leave, in the bare call and in the observed one; undefined where it stayed. */
async function serverSawLeave({ call, isCancelled }: Case, server: Simulator): Promise<boolean | undefined> {
  if (!isCancelled) return undefined;
  const records = server.requests.entries().filter(({ headers }) => headers[callHeader] === call.name);
  const ends = Promise.all(records.map(({ ended }) => ended));
  const ended = await Promise.race([ends, sleep(patienceMs, [])]);
  return ended.length === 2 && ended.every(({ by }) => by === 'client_closed');
}

/** One stream, sent by OTLP. @returns the spans that arrived. */
async function spansOfStart(
  engine: Engine,
  application: Application,
  cases: readonly Case[],
): Promise<number> {
  const [first] = cases;
  if (first === undefined) return 0;
  const receiver = await receiveOtlp();
  try {
    await ask(engine, application, { kind: 'start', endpoint: receiver.url, call: first.call });
    return receiver.spans.length;
  } finally {
    await receiver.close();
  }
}

async function ask<T>(
  { file, program }: Engine,
  { program: main, worker, folder }: Application,
  task: Task,
): Promise<T> {
  if (program === undefined) return JSON.parse(await askWorker(file, worker, task)) as T;
  const { code, output, errors } = await run(file, [...program, main, JSON.stringify(task)], folder);
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${errors || output}`);
  return JSON.parse(output) as T;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
