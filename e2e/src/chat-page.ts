import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A web application of one page, and the service behind it. */
export interface ChatPage {
  readonly url: string;
  /** `traceparent` of each call to the service, '' where there was none. */
  readonly traceparents: readonly string[];
  close(): Promise<void>;
}

/** Serves a page that has the SDK's entry for pages as `window.sdk`, and answers `/api/chat` as the AI SDK does. */
export async function serveChatPage(): Promise<ChatPage> {
  const script = await builtSdk();
  const traceparents: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/api/chat') {
      traceparents.push(String(request.headers.traceparent ?? ''));
      return answer(response);
    }
    if (request.url === '/sdk.js') {
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    }
    return response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traceparents,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const html = `<!doctype html><title>Chat</title>
<script type="module">window.sdk = await import('/sdk.js');</script>`;

const sdk = fileURLToPath(new URL('../../sdk/', import.meta.url));

/** The very file that is published. */
async function builtSdk(): Promise<string> {
  await promisify(execFile)(process.execPath, ['build/build.ts', '--code-only'], { cwd: sdk });
  return readFile(`${sdk}dist/browser.js`, 'utf8');
}

const parts = [
  { type: 'start', messageId: 'm1' },
  { type: 'start-step' },
  { type: 'text-start', id: 't' },
  ...'A weir is a low dam – 堰 – that measures a stream.'
    .split(' ')
    .map((word) => ({ type: 'text-delta', id: 't', delta: `${word} ` })),
  { type: 'text-end', id: 't' },
  { type: 'finish-step' },
  { type: 'finish' },
];

/** The same bytes each time, cut where no frame ends, inside of characters too. */
async function answer(response: ServerResponse): Promise<void> {
  const frames = [...parts.map((part) => `data: ${JSON.stringify(part)}\n\n`), 'data: [DONE]\n\n'];
  const bytes = Buffer.from(frames.join(''));
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'x-vercel-ai-ui-message-stream': 'v1',
    'x-request-id': 'req-of-the-service',
  });
  for (let at = 0; at < bytes.length; at += 37) {
    response.write(bytes.subarray(at, at + 37));
    await sleep(4);
  }
  response.end();
}
