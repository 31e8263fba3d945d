import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which anything may be written. */
export interface RawConnection {
  readonly socket: Socket;
  /** What the server has said so far. */
  readonly said: string;
  write(bytes: string | Buffer): void;
  /** Resolves when the server has said this. */
  until(text: string): Promise<void>;
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>;
}

export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.on('data', (bytes) => {
    said += bytes.toString('latin1');
  });
  // A reset is an answer here: `closed` tells.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([once(socket, 'connect'), closed]);
  return {
    socket,
    get said() {
      return said;
    },
    write: (bytes) => void (socket.destroyed || socket.write(bytes)),
    async until(text) {
      while (!said.includes(text)) {
        if (socket.destroyed) throw new Error(`closed before "${text}" was said: ${said}`);
        await Promise.race([once(socket, 'data'), closed]);
      }
    },
    closed,
  };
}

/** Writes what it is given and waits until the server has ended the connection. */
export async function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const connection = await openRaw(url);
  connection.write(bytes);
  await connection.closed;
  return connection.said;
}
