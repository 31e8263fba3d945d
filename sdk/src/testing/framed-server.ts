import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does after the frames of `upTo`. */
export type FramedFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'reset' | 'eof' | 'stall'; readonly after: number }
  | { readonly kind: 'frame'; readonly after: number; readonly frame: Uint8Array }
  | { readonly kind: 'http'; readonly status: number; readonly body: string };

export interface FramedAnswer {
  readonly contentType: string;
  readonly frames: readonly Uint8Array[];
}

export interface FramedServer {
  readonly url: string;
  /** Of the next call. */
  fault: FramedFault;
  /** Whether the last client has closed its connection before the end. */
  readonly isCancelled: boolean;
  close(): Promise<void>;
}

/** A provider whose answer is the same frames for every call, a few milliseconds apart, until its fault. */
export async function serveFrames({ contentType, frames }: FramedAnswer): Promise<FramedServer> {
  let fault: FramedFault = { kind: 'none' };
  let isCancelled = false;
  const server = createServer(async (request, response) => {
    const now = fault;
    isCancelled = false;
    request.resume();
    await new Promise((resolve) => request.on('end', resolve));
    if (now.kind === 'http') {
      response.writeHead(now.status, { 'content-type': 'application/json' }).end(now.body);
      return;
    }
    response.writeHead(200, { 'content-type': contentType });
    response.on('close', () => {
      isCancelled = !response.writableEnded;
    });
    const upTo = now.kind === 'none' ? frames.length : now.after;
    for (const frame of frames.slice(0, upTo)) {
      response.write(frame);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (now.kind === 'stall') return;
    if (now.kind === 'reset') request.socket.resetAndDestroy();
    else response.end(now.kind === 'frame' ? now.frame : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get fault() {
      return fault;
    },
    set fault(next) {
      fault = next;
    },
    get isCancelled() {
      return isCancelled;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
