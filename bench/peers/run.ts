/**
 * What Weir and eight published instrumentations say of streams that end badly: `node bench/peers/run.ts`.
 *
 * Installs each of them with npm into its own folder, lets each read the same endings from the same server in a process
 * of its own, and writes docs/peers.md. `--only <folder>` tries one of them and prints instead.
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  createSimulator,
  type RequestRecord,
  type Simulator,
  simulatorHeaders,
} from '../../examples/simulator/src/index.ts';
import type { Observed } from './child.ts';
import { chunksBefore, type Ending, endings, timing } from './endings.ts';
import { inChild } from './in-child.ts';
import { ensureInstalled } from './install.ts';
import { type Cell, peersReport, type SubjectReport } from './report.ts';
import { peers, type SubjectEntry, weir } from './subject.ts';
import { judge } from './verdict.ts';

const childFile = new URL('child.ts', import.meta.url);
const reportFile = new URL('../../docs/peers.md', import.meta.url);

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });

const simulator = await createSimulator({ seed: 7 });
try {
  const reports: SubjectReport[] = [];
  for (const subject of [weir, ...peers]) {
    if (options.only !== undefined && options.only !== subject.folder) continue;
    process.stderr.write(`${subject.title}\n`);
    reports.push(await runSubject(subject));
  }
  const text = peersReport(reports, { node: process.version });
  if (options.only === undefined) await writeFile(reportFile, text);
  else process.stdout.write(text);
} finally {
  await simulator.close();
}

async function runSubject(subject: SubjectEntry): Promise<SubjectReport> {
  const installed = await ensureInstalled(subject);
  if (installed.status === 'failed') return { subject, status: 'absent', reason: installed.reason };
  const cells: Cell[] = [];
  let hasFinishReason = false;
  for (const ending of endings) {
    const answer = await observe(subject, ending, simulator);
    if (answer.status === 'failed') return { subject, status: 'absent', reason: answer.reason };
    const judged = judge(
      { ending, finishWasSent: answer.request.finishSent, hasFinishReason },
      answer.observed.spans,
    );
    if (ending.group === 'control') hasFinishReason = judged.finishReasons.length > 0;
    cells.push({ ending, judged, observed: answer.observed, server: serverSide(answer.request) });
  }
  return { subject, status: 'measured', versions: installed.versions, cells };
}

type Answer =
  | { readonly status: 'observed'; readonly observed: Observed; readonly request: RequestRecord }
  | { readonly status: 'failed'; readonly reason: string };

async function observe(subject: SubjectEntry, ending: Ending, server: Simulator): Promise<Answer> {
  server.requests.clear();
  const headers = simulatorHeaders({ fault: ending.fault, after: chunksBefore, timing });
  const child = await inChild<Observed>(childFile, subject, [
    subject.folder,
    `${server.url}/v1`,
    ending.application,
    JSON.stringify(headers),
  ]);
  if (child.status === 'failed') return child;
  const request = server.requests.last();
  if (request === undefined) return { status: 'failed', reason: 'it asked the server nothing' };
  await request.ended;
  return { status: 'observed', observed: child.answer, request };
}

function serverSide(request: RequestRecord): Cell['server'] {
  return {
    sentAfter: Math.max(0, request.sentChunks - chunksBefore),
    sawCancellation: request.end?.by === 'client_closed',
  };
}
