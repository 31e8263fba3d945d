/**
 * A stand-in for the collector: answers every endpoint of /api/v1 from seeded data and serves the built dashboard,
 * so that the dashboard can be worked on and looked at without ClickHouse.
 *
 *     node dev/fixture-server.ts [--port=4319] [--mode=data|empty|failing|slow]
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createFixtureApi } from './fixtures/api.ts';

export const fixtureModes = ['data', 'empty', 'failing', 'slow'] as const;
export type FixtureMode = (typeof fixtureModes)[number];

export interface FixtureServer {
  readonly origin: string;
  /** From now on every API request is answered as this mode does. */
  setMode(mode: FixtureMode): void;
  close(): Promise<void>;
}

const builtFolder = join(import.meta.dirname, '..', 'dist');

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** As strict as what the collector sends. */
const contentSecurityPolicy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'";

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
  response.end(body === null ? undefined : JSON.stringify(body));
}

async function sendFile(response: ServerResponse, folder: string, pathname: string): Promise<void> {
  const wanted = extname(pathname) === '' ? 'index.html' : normalize(pathname).replace(/^(\.\.[/\\])+/, '');
  try {
    const content = await readFile(join(folder, wanted));
    response.writeHead(200, {
      'content-type': contentTypes[extname(wanted)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end('not built: run `pnpm build` first');
  }
}

export async function startFixtureServer(options: {
  readonly port: number;
  readonly mode: FixtureMode;
  readonly nowMs: number;
  /** The built dashboard; default `dist`. */
  readonly folder?: string;
}): Promise<FixtureServer> {
  const withData = createFixtureApi({ nowMs: options.nowMs, empty: false });
  const withoutData = createFixtureApi({ nowMs: options.nowMs, empty: true });
  let { mode } = options;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    if (!url.pathname.startsWith('/api/v1/'))
      return sendFile(response, options.folder ?? builtFolder, url.pathname);
    if (mode === 'failing') {
      return sendJson(response, 503, {
        statusCode: 503,
        code: 'clickhouse_unavailable',
        error: 'Service Unavailable',
        message: 'ClickHouse is restarting. The collector keeps trying; ask again in a few seconds.',
      });
    }
    if (mode === 'slow') await sleep(4000);
    const api = mode === 'empty' ? withoutData : withData;
    const { status, body } = api({ method: request.method ?? 'GET', url, body: await readBody(request) });
    sendJson(response, status, body);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => sendJson(response, 500, { message: String(cause) }));
  });
  await new Promise<void>((resolve) => server.listen(options.port, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    setMode: (next) => {
      mode = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4319' }, mode: { type: 'string', default: 'data' } },
  });
  const mode = fixtureModes.find((known) => known === values.mode) ?? 'data';
  const server = await startFixtureServer({ port: Number(values.port), mode, nowMs: Date.now() });
  process.stdout.write(`Fixture server (${mode}) on ${server.origin}\n`);
}
