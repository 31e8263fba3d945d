/** A provider in a process of its own that answers at once, one frame a millisecond: sends its base URL to its parent. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { chatFrame, chunksHeader } from './chat-frames.ts';

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => void answer(response, Number(request.headers[chunksHeader] ?? 1)));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.(`http://127.0.0.1:${port}/v1`);
});
process.once('disconnect', () => process.exit());

async function answer(response: ServerResponse, chunks: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for (let index = 0; ; index += 1) {
    const bytes = chatFrame(index, chunks);
    if (bytes === undefined) break;
    response.write(bytes);
    // Slow enough for the reader to take them one by one.
    await sleep(1);
  }
  response.end();
}
