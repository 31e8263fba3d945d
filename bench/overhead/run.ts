/**
 * What observing costs over the bare client: `node bench/overhead/run.ts`, which writes docs/overhead.md.
 *
 * CPU of a chunk and of a stream and memory of an open stream, for Weir and the instrumentations of `bench/peers`; added
 * time to first chunk for Weir. `--ours` leaves the others out of the page, which takes four minutes on two quiet cores.
 * `--only <folder>` or `--only fetch` measures one and prints instead.
 */
import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from '../peers/install.ts';
import { peers, weir } from '../peers/subject.ts';
import { bareSpanCost, cpuCost, firstChunkCost, type Measured, memoryCost } from './measure.ts';
import { overheadReport, type Row } from './report.ts';

const reportFile = new URL('../../docs/overhead.md', import.meta.url);
const { values: options } = parseArgs({
  options: { only: { type: 'string' }, ours: { type: 'boolean', default: false } },
});

const loadBefore = loadavg()[0] ?? 0;
const server = fork(fileURLToPath(new URL('server.ts', import.meta.url)));
try {
  const url = await new Promise<string>((resolve) => {
    server.once('message', (told) => resolve(String(told)));
  });
  const all: readonly Measured[] = ['fetch', weir, ...(options.ours ? [] : peers)];
  const rows: Row[] = [];
  for (const subject of all.filter((one) => options.only === undefined || nameOf(one) === options.only)) {
    process.stderr.write(`${nameOf(subject)}\n`);
    rows.push(await measured(subject, url));
  }
  const bareSpan = await bareSpanCost();
  const [processor] = cpus();
  const text = overheadReport(rows, bareSpan, {
    command: `node bench/overhead/run.ts${options.ours ? ' --ours' : ''}`,
    node: process.version,
    processor: `${cpus().length} x ${processor?.model.trim() ?? 'unknown'}`,
    processors: cpus().length,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  });
  if (options.only === undefined) await writeFile(reportFile, text);
  else process.stdout.write(text);
} finally {
  server.disconnect();
}

function nameOf(subject: Measured): string {
  return subject === 'fetch' ? 'fetch' : subject.folder;
}

async function measured(subject: Measured, url: string): Promise<Row> {
  const isOurs = subject === 'fetch' || subject === weir;
  const title = subject === 'fetch' ? 'Weir, plain `fetch`' : isOurs ? 'Weir, `openai`' : subject.title;
  try {
    if (subject !== 'fetch') {
      const installed = await ensureInstalled(subject);
      if (installed.status === 'failed') return { title, status: 'absent', reason: installed.reason };
    }
    return {
      title,
      status: 'measured',
      isOurs,
      cpu: await cpuCost(subject),
      memory: await memoryCost(subject),
      socket: isOurs ? await cpuCost(subject, url) : undefined,
      firstChunk: isOurs ? await firstChunkCost(subject, url) : undefined,
    };
  } catch (error) {
    return { title, status: 'absent', reason: String(error).split('\n')[0] ?? '' };
  }
}
