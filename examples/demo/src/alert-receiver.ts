import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** The parts of an Alertmanager webhook body (version 4) that the demo prints. */
interface AlertmanagerBody {
  readonly status?: unknown;
  readonly alerts?: readonly { readonly annotations?: { readonly summary?: unknown } }[];
}

/** A webhook receiver: what a team's own alert tool would be. */
export interface AlertReceiver {
  readonly url: string;
  close(): Promise<void>;
}

/** @param onAlert called with `firing` or `resolved` and the summary of the alert. */
export async function startAlertReceiver(
  onAlert: (status: string, summary: string) => void,
): Promise<AlertReceiver> {
  const server = createServer((request, response) => {
    json(request).then(
      (body) => {
        const { status, alerts } = body as AlertmanagerBody;
        onAlert(String(status), String(alerts?.[0]?.annotations?.summary ?? ''));
        response.writeHead(200).end();
      },
      () => response.writeHead(400).end('expected JSON\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/alerts`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
