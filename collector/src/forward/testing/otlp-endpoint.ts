import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForwardedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** Holds the answer back until it resolves. */
  readonly after?: Promise<void>;
}

export interface OtlpEndpoint {
  readonly url: string;
  readonly received: readonly ForwardedRequest[];
  readonly connections: number;
  close(): Promise<void>;
}

/** A real HTTP server on loopback that others forward to. @param answer called for each request, in order */
export async function startOtlpEndpoint(answer: (index: number) => Answer): Promise<OtlpEndpoint> {
  const received: ForwardedRequest[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    const { status, headers, after } = answer(received.length - 1);
    await after;
    response.writeHead(status, headers).end('{}');
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get connections() {
      return connections;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
