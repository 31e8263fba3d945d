/**
 * Records what other instrumentations send over OTLP: `node bench/peers/record.ts [--only <name>] [--python <interpreter>]`.
 *
 * Each of them reads the same endings from the simulator in a process of its own, as in `run.ts`, and its spans go through
 * the OTLP exporter that fits its OpenTelemetry SDK. The request bodies are kept as they were sent, compressed, in
 * `collector/src/receive/testing/recorded`, where the tests of the collector read them.
 *
 * Those for Python are recorded if there is an interpreter that has the packages of `python/requirements.txt`:
 * `python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r bench/peers/python/requirements.txt`.
 */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createSimulator, simulatorHeaders } from '../../examples/simulator/src/index.ts';
import { earlier } from './earlier.ts';
import { chunksBefore, type Ending, endings, timing } from './endings.ts';
import { inChild } from './in-child.ts';
import { ensureInstalled } from './install.ts';
import { machineWords } from './machine-words.ts';
import { pythonSubjects, readInPython } from './python/subjects.ts';
import type { Read } from './read.ts';
import { peers, type SubjectEntry, weir } from './subject.ts';

const childFile = new URL('record-child.ts', import.meta.url);
const recordedFolder = new URL('../../collector/src/receive/testing/recorded/', import.meta.url);

const wanted = ['good', 'reset', 'clean EOF', 'error event', 'break', 'abort', 'HTTP 429'];
const recordedEndings: readonly Ending[] = [
  ...endings.filter(({ name }) => wanted.includes(name)),
  {
    name: 'length',
    what: 'the answer stops at the token limit and says so',
    group: 'extension',
    fault: 'length',
    application: 'reads',
  },
];

interface SentRequest {
  readonly contentType: string;
  readonly body: Buffer;
}

type PythonSubject = (typeof pythonSubjects)[number];

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, python: { type: 'string' } },
});

const simulator = await createSimulator({ seed: 7 });
const sink = await startSink();
try {
  await mkdir(recordedFolder, { recursive: true });
  for (const subject of [weir, ...peers, ...earlier]) {
    if (isWanted(subject.folder)) await record(subject);
  }
  for (const subject of options.python === undefined ? [] : pythonSubjects) {
    if (isWanted(subject.name)) await recordPython(subject, options.python ?? '');
  }
} finally {
  sink.close();
  await simulator.close();
}

function isWanted(name: string): boolean {
  return options.only === undefined || options.only === name;
}

async function record(subject: SubjectEntry): Promise<void> {
  const { folder, title, use } = subject;
  const installed = await ensureInstalled(subject);
  if (installed.status === 'failed') throw new Error(`${folder}: ${installed.reason}`);
  const recordings = await recordEndings(async ({ name, application }, ...args) => {
    const child = await inChild<Read>(childFile, subject, [folder, args[0], application, args[1], sink.url]);
    if (child.status === 'failed') throw new Error(`${folder}, ${name}: ${child.reason}`);
    return child.answer;
  });
  await write(folder, { title, use, packages: installed.versions, recordings });
}

async function recordPython({ name, title, use }: PythonSubject, interpreter: string): Promise<void> {
  let packages = {};
  const recordings = await recordEndings(async ({ application }, baseURL, headers) => {
    const read = await readInPython(interpreter, [name, baseURL, application, headers, sink.url]);
    ({ packages } = read);
    return read;
  });
  await write(name, { title, use, packages, recordings });
}

interface Recording {
  readonly ending: string;
  readonly recordedAt: string;
  readonly chunks: number;
  readonly timeToFirstChunkMs: number | null;
  readonly requests: readonly object[];
}

interface RecordedFile {
  readonly title: string;
  readonly use: string;
  /** Versions by package. */
  readonly packages: Readonly<Record<string, string>>;
  readonly recordings: readonly Recording[];
}

/** One whose spans nothing exports has no fixture. */
async function write(name: string, content: RecordedFile): Promise<void> {
  const sent = content.recordings.reduce((sum, { requests }) => sum + requests.length, 0);
  process.stderr.write(`${content.title}: ${sent} requests of ${content.recordings.length} endings\n`);
  if (sent === 0) return;
  await writeFile(new URL(`${name}.json`, recordedFolder), `${JSON.stringify(content, null, 2)}\n`);
}

async function recordEndings(
  read: (ending: Ending, baseURL: string, headers: string) => Promise<Read>,
): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for (const ending of recordedEndings) {
    simulator.requests.clear();
    sink.requests.length = 0;
    const headers = simulatorHeaders({ fault: ending.fault, after: chunksBefore, timing });
    const { chunks, timeToFirstChunkMs } = await read(ending, `${simulator.url}/v1`, JSON.stringify(headers));
    recordings.push({
      ending: ending.name,
      recordedAt: new Date().toISOString(),
      chunks,
      timeToFirstChunkMs: timeToFirstChunkMs ?? null,
      requests: sink.requests.map(recordedRequest),
    });
  }
  return recordings;
}

function recordedRequest({ contentType, body }: SentRequest) {
  const told = machineWords.find(([word]) => body.includes(word));
  if (told !== undefined) throw new Error(`a span says something of this machine: ${told[0]}`);
  return { contentType, gzippedBody: gzipSync(body, { level: 9 }).toString('base64') };
}

/** Takes every export and keeps it. */
async function startSink() {
  const requests: SentRequest[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    requests.push({ contentType: request.headers['content-type'] ?? '', body });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/traces`, requests, close: () => server.close() };
}
