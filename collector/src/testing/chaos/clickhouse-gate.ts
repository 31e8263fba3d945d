import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `down` cuts every connection; `read_only` lets ClickHouse itself refuse whatever would change it. */
export type GateState = 'open' | 'down' | 'read_only';

/** Stands between a collector and its ClickHouse. */
export interface ClickHouseGate {
  readonly url: string;
  state: GateState;
  close(): Promise<void>;
}

export async function openClickHouseGate(clickhouseUrl: string): Promise<ClickHouseGate> {
  const target = new URL(clickhouseUrl);
  let state: GateState = 'open';
  const server = createServer((request, response) => {
    if (state === 'down') {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? '/', target);
    if (state === 'read_only') url.searchParams.set('readonly', '1');
    const forwarded = httpRequest(
      url,
      { method: request.method, headers: { ...request.headers } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get state() {
      return state;
    },
    set state(next) {
      state = next;
      if (next === 'down') server.closeAllConnections();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
