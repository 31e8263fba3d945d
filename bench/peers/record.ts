/**
 * Records what other instrumentations send over OTLP: `node bench/peers/record.ts [--only <folder>]`.
 *
 * Each of them reads the same endings from the simulator in a process of its own, as in `run.ts`, and its spans go through
 * the OTLP exporter that fits its OpenTelemetry SDK. The request bodies are kept as they were sent, compressed, in
 * `collector/src/receive/testing/recorded`, where the tests of the collector read them.
 */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createSimulator, type Simulator, simulatorHeaders } from '../../examples/simulator/src/index.ts';
import { earlier } from './earlier.ts';
import { chunksBefore, type Ending, endings, timing } from './endings.ts';
import { inChild } from './in-child.ts';
import { ensureInstalled } from './install.ts';
import { machineWords } from './machine-words.ts';
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

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });

const simulator = await createSimulator({ seed: 7 });
const sink = await startSink();
try {
  await mkdir(recordedFolder, { recursive: true });
  for (const subject of [weir, ...peers, ...earlier]) {
    if (options.only !== undefined && options.only !== subject.folder) continue;
    process.stderr.write(`${subject.title}\n`);
    await record(subject);
  }
} finally {
  sink.close();
  await simulator.close();
}

async function record(subject: SubjectEntry): Promise<void> {
  const installed = await ensureInstalled(subject);
  if (installed.status === 'failed') throw new Error(`${subject.folder}: ${installed.reason}`);
  const recordings = [];
  for (const ending of recordedEndings) recordings.push(await recordEnding(subject, ending, simulator));
  const sent = recordings.reduce((sum, { requests }) => sum + requests.length, 0);
  process.stderr.write(`  ${sent} requests of ${recordings.length} endings\n`);
  // One whose spans nothing exports has no fixture, and the table of the documentation says so.
  if (sent === 0) return;
  const { title, use } = subject;
  const content = { title, use, packages: installed.versions, recordings };
  await writeFile(new URL(`${subject.folder}.json`, recordedFolder), `${JSON.stringify(content, null, 2)}\n`);
}

async function recordEnding(subject: SubjectEntry, ending: Ending, server: Simulator) {
  server.requests.clear();
  sink.requests.length = 0;
  const headers = simulatorHeaders({ fault: ending.fault, after: chunksBefore, timing });
  const child = await inChild<Read>(childFile, subject, [
    subject.folder,
    `${server.url}/v1`,
    ending.application,
    JSON.stringify(headers),
    sink.url,
  ]);
  if (child.status === 'failed') throw new Error(`${subject.folder}, ${ending.name}: ${child.reason}`);
  return {
    ending: ending.name,
    recordedAt: new Date().toISOString(),
    chunks: child.answer.chunks,
    timeToFirstChunkMs: child.answer.timeToFirstChunkMs ?? null,
    requests: sink.requests.map(recordedRequest),
  };
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
