import type { Server, Socket } from 'node:net';

/** What connections may take, of number and of time. */
export interface ConnectionLimits {
  readonly connections: number;
  /** From the connection, or from the end of the request before, to the end of the headers. */
  readonly headersMs: number;
  /** From its first byte to the last of its body. */
  readonly requestMs: number;
  /** How often it is looked whose time is up. */
  readonly checkMs: number;
}

/** A connection takes some 10 KB while it is idle. */
export const httpLimits: ConnectionLimits = {
  connections: 4_096,
  headersMs: 15_000,
  requestMs: 60_000,
  checkMs: 2_500,
};

/** A sender has one connection for all of its requests. */
export const MAX_GRPC_CONNECTIONS = 1_024;

/** Why the server closed a connection: `idle` to make room for another, `full` because there was no room for it. */
export type Closing = 'idle' | 'full';

export interface ConnectionsOptions {
  /** Connections at once. */
  readonly max: number;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  readonly onClosed: (why: Closing) => void;
}

/** A connection that has carried nothing for this long makes room for one that may. */
const IDLE_MS = 5_000;
/** Looked at for each connection that comes while there is no room. */
const SEEN_AT_ONCE = 256;

interface Activity {
  atMs: number;
  bytes: number;
}

/**
 * Bounds the connections of a server. When there are as many as there may be, a new one takes the place of one that
 * carries nothing, so thousands of connections that only exist keep nobody out.
 */
export function limitConnections(server: Server, { max, now, onClosed }: ConnectionsOptions): void {
  // The one that was looked at longest ago is first.
  const connections = new Map<Socket, Activity>();
  server.on('connection', (socket: Socket) => {
    if (connections.size >= max && !makeRoom()) {
      onClosed('full');
      socket.destroy();
      return;
    }
    connections.set(socket, { atMs: now(), bytes: 0 });
    socket.once('close', () => connections.delete(socket));
  });

  function makeRoom(): boolean {
    let looks = SEEN_AT_ONCE;
    for (const [socket, seen] of connections) {
      const bytes = socket.bytesRead + socket.bytesWritten;
      connections.delete(socket);
      if (bytes === seen.bytes && now() - seen.atMs >= IDLE_MS) {
        onClosed('idle');
        socket.destroy();
        return true;
      }
      connections.set(socket, bytes === seen.bytes ? seen : { atMs: now(), bytes });
      looks -= 1;
      if (looks === 0) return false;
    }
    return false;
  }
}
