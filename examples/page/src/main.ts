/**
 * A page that streams from its service, which streams from a failing provider: `node examples/page/src/main.ts`, beside
 * a collector (`npm start`; `WEIR_ENDPOINT` for another one). Page and service report their ends of each stream in one
 * trace.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { context, propagation } from '@opentelemetry/api';
import { startWeir } from '@weir/sdk/node';
import { createSimulator, isFaultName, simulatorHeaders } from '@weir/simulator';
import { rolldown } from 'rolldown';

const { WEIR_ENDPOINT: endpoint = 'http://127.0.0.1:4318', PORT: port = '8080' } = process.env;

// Before anything takes `fetch` to keep it.
const weir = startWeir({ endpoint, service: 'example-service' });
const provider = await createSimulator();
const page = (await readFile(new URL('page.html', import.meta.url), 'utf8')).replaceAll(
  '__COLLECTOR__',
  endpoint,
);
const script = await bundledSdk();

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    // The user left, or the provider broke off: what has been sent cannot be taken back.
    response.destroy(error instanceof Error ? error : undefined);
  });
});
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${port} streams, and reports to ${endpoint}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    server.closeAllConnections();
    await Promise.all([weir.shutdown(), provider.close()]);
    process.exit(0);
  });
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/weir.js') {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  } else if (url.pathname === '/ask' && request.method === 'POST') {
    // What the page says of its trace: the service's stream joins it.
    const caller = propagation.extract(context.active(), request.headers);
    await context.with(caller, () => relay(url.searchParams.get('fault') ?? 'completed', response));
  } else {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  }
}

/** Asks the provider and passes its answer on; a user who leaves ends the call. */
async function relay(fault: string, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  const answer = await fetch(`${provider.url}/v1/chat/completions`, {
    method: 'POST',
    signal: left.signal,
    headers: {
      'content-type': 'application/json',
      ...simulatorHeaders({
        fault: isFaultName(fault) ? fault : 'completed',
        timing: { chunks: 60, gapMs: 50 },
      }),
    },
    body: JSON.stringify({ model: 'gpt-4.1', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
  if (answer.body === null) response.end();
  else await pipeline(answer.body, response);
}

async function bundledSdk(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(import.meta.resolve('@weir/sdk/browser')),
    platform: 'browser',
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return output[0].code;
}
