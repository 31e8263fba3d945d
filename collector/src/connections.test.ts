import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Closing, limitConnections } from './connections.ts';

/** As much of a socket as counts here. */
class FakeSocket extends EventEmitter {
  bytesRead = 0;
  bytesWritten = 0;
  isDestroyed = false;

  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
}

let server: Server;
let closed: Closing[];
let nowMs: number;
beforeEach(() => {
  server = createServer();
  closed = [];
  nowMs = 0;
  limitConnections(server, { max: 3, now: () => nowMs, onClosed: (why) => closed.push(why) });
});
afterEach(() => server.close());

function connected(): FakeSocket {
  const socket = new FakeSocket();
  server.emit('connection', socket as unknown as Socket);
  return socket;
}

it('keeps every connection that there is room for', () => {
  const sockets = [connected(), connected(), connected()];
  nowMs = 1e9;
  expect(sockets.some(({ isDestroyed }) => isDestroyed)).toBe(false);
});

it('closes one that carries nothing to make room', () => {
  const [busy, idle] = [connected(), connected(), connected()];
  nowMs = 6_000;
  if (busy !== undefined) busy.bytesRead = 10;
  const late = connected();
  expect([busy?.isDestroyed, idle?.isDestroyed, late.isDestroyed]).toEqual([false, true, false]);
  expect(closed).toEqual(['idle']);
});

it('closes the new one when all others are in use, or too young to tell', () => {
  const sockets = [connected(), connected(), connected()];
  const early = connected();
  nowMs = 6_000;
  for (const socket of sockets) socket.bytesWritten += 1;
  const late = connected();
  expect([early.isDestroyed, late.isDestroyed]).toEqual([true, true]);
  expect(closed).toEqual(['full', 'full']);
});

it('has room again when one of them ends', () => {
  const [first] = [connected(), connected(), connected()];
  first?.destroy();
  expect(connected().isDestroyed).toBe(false);
});

it('counts real connections', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clients = Array.from({ length: 4 }, () => connect(port, '127.0.0.1'));
  const last = clients[3];
  if (last !== undefined) await once(last, 'close');
  expect(closed).toEqual(['full']);
  for (const client of clients) client.destroy();
});
