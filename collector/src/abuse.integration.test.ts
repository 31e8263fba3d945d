import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Pipeline } from '@weir/schemas/api';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createGrpcServer } from './receive/grpc-server.ts';
import { requestBody } from './receive/testing/read-spans.ts';
import { exportMethod } from './receive/traces-service.ts';
import { exchange, openRaw, type RawConnection } from './testing/abuse/raw-connection.ts';
import { bytesInUse } from './testing/mutation/memory.ts';
import { startTemporaryCollector, type TemporaryCollector } from './testing/temporary-collector.ts';

const key = 'a-key-for-tests-of-abuse';
const limits = { connections: 50, headersMs: 700, requestMs: 1_500, checkMs: 100 };
const maxBodyBytes = 4 << 20;
const PATIENCE = { timeout: 20_000, interval: 50 };

let running: TemporaryCollector;
let url: string;
beforeAll(async () => {
  running = await startTemporaryCollector(
    { WEIR_INGEST_KEY: key, WEIR_MAX_BODY_BYTES: String(maxBodyBytes), WEIR_GRPC_PORT: '0' },
    { limits },
  );
  ({ url } = running.collector);
}, 120_000);
afterAll(() => running.dispose());
// Whatever was done: somebody else is served.
afterEach(async () => {
  await vi.waitFor(async () => expect((await post(goodBody())).status).toBe(200), PATIENCE);
});

let spans = 0;
function goodBody(): Buffer {
  spans += 1;
  const at = BigInt(Date.now()) * 1_000_000n;
  const raw = {
    spanId: spans.toString(16).padStart(16, '0'),
    startTimeUnixNano: String(at - 1_000_000n),
    endTimeUnixNano: String(at),
  };
  return requestBody({ spans: [{ attributes: { 'gen_ai.system': 'openai' }, raw }] });
}

function post(body: Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/traces`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
  });
}

/** What is counted under a name in `/metrics`, over all labels that include the given text. */
async function counted(name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

async function refusedRequests(reason: string): Promise<number> {
  const { refusedRequests } = await running.ask<Pipeline>('/pipeline');
  return refusedRequests.find((one) => one.reason === reason)?.requests ?? 0;
}

const head = (more = '') =>
  `POST /v1/traces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n${more}`;

describe('a body that grows', () => {
  const bomb = Buffer.alloc(1 << 28);
  const bombs: [encoding: string, body: () => Buffer][] = [
    ['gzip', () => gzipSync(bomb)],
    ['deflate', () => deflateSync(bomb)],
    ['zstd', () => zstdCompressSync(bomb)],
  ];
  it.each(bombs)(
    'far beyond the limit by %s is too large, and is not unpacked to find that out',
    async (encoding, body) => {
      const refusedBefore = await refusedRequests('too_large');
      const packed = body();
      const before = bytesInUse();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => post(packed, { 'content-encoding': encoding })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(413));
      await vi.waitFor(() => expect(bytesInUse() - before).toBeLessThan(16 << 20), PATIENCE);
      expect(await refusedRequests('too_large')).toBe(refusedBefore + 8);
    },
  );

  it('within what it grows to is unpacked once, and is no request then', async () => {
    const nested = gzipSync(gzipSync(goodBody()));
    expect((await post(nested, { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post(nested, { 'content-encoding': 'gzip, gzip' })).status).toBe(415);
  });

  it('without saying how long it is goes as far as the limit', async () => {
    const connection = await openRaw(url);
    connection.write(`${head('Transfer-Encoding: chunked\r\n')}\r\n`);
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (let sent = 0; sent <= maxBodyBytes && !connection.socket.destroyed; sent += 0x10000) {
      connection.write(piece);
      await sleep(0);
    }
    await connection.closed;
    expect(connection.said).toContain('HTTP/1.1 413');
  });
});

describe('a request that trickles', () => {
  async function trickle(connection: RawConnection, bytes: string): Promise<void> {
    while (!connection.socket.destroyed) {
      connection.write(bytes);
      await Promise.race([connection.closed, sleep(50)]);
    }
  }

  it('in its headers is cut off', async () => {
    const before = await counted('weir_closed_connections_total', 'timeout');
    const connection = await openRaw(url);
    connection.write(head());
    let name = 0;
    const next = () => `X-${++name}: 1\r\n`;
    while (!connection.socket.destroyed) {
      connection.write(next());
      await Promise.race([connection.closed, sleep(50)]);
    }
    expect(connection.said).toContain('HTTP/1.1 408');
    expect(await counted('weir_closed_connections_total', 'timeout')).toBe(before + 1);
  });

  it('in its body is cut off', async () => {
    const before = await counted('weir_closed_connections_total', 'timeout');
    const connection = await openRaw(url);
    connection.write(`${head('Content-Length: 100000\r\n')}\r\n`);
    await trickle(connection, ' ');
    expect(await counted('weir_closed_connections_total', 'timeout')).toBe(before + 1);
  });

  it('forty times at once leaves room for others meanwhile', async () => {
    const connections = await Promise.all(Array.from({ length: 40 }, () => openRaw(url)));
    for (const { write } of connections) write(`${head(`Content-Length: ${maxBodyBytes}\r\n`)}\r\n{`);
    expect((await post(goodBody())).status).toBe(200);
    for (const { socket } of connections) socket.destroy();
  });

  it('that never begins is cut off as well', async () => {
    const connection = await openRaw(url);
    await connection.closed;
    expect(connection.said === '' || connection.said.startsWith('HTTP/1.1 408')).toBe(true);
  });
});

describe('headers', () => {
  it('without end are refused', async () => {
    const before = await counted('weir_closed_connections_total', 'headers_too_large');
    expect(await exchange(url, head(`X-Long: ${'x'.repeat(40_000)}`))).toContain('HTTP/1.1 431');
    const many = Array.from({ length: 5_000 }, (_, n) => `X-${n}: 1\r\n`).join('');
    expect(await exchange(url, head(many))).toContain('HTTP/1.1 431');
    expect(await counted('weir_closed_connections_total', 'headers_too_large')).toBe(before + 2);
  });

  it('of a URL that is too long are refused', async () => {
    expect(await exchange(url, `POST /v1/traces?${'x'.repeat(40_000)} HTTP/1.1\r\n`)).toContain(
      'HTTP/1.1 431',
    );
  });

  const body = '{"resourceSpans":[]}';
  const smuggled = 'GET /api/v1/pipeline HTTP/1.1\r\nHost: x\r\n\r\n';
  it.each([
    [
      'both a length and chunks',
      `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    ['chunks, then a length', `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`],
    ['two lengths', `Content-Length: 2\r\nContent-Length: 20\r\n\r\n${body}`],
    ['a length that is no number', `Content-Length: 0x14\r\n\r\n${body}`],
    ['a length below zero', `Content-Length: -1\r\n\r\n${body}`],
    ['a length beyond all numbers', `Content-Length: 99999999999999999999\r\n\r\n${body}`],
    ['chunks that are not the last encoding', `Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n${smuggled}`],
    ['chunks in disguise', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['chunks with a space before the colon', `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a folded line', `X-Long: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['bare line feeds', `X: 1\n\n${smuggled}`],
    ['a chunk size that is no number', `Transfer-Encoding: chunked\r\n\r\nzz\r\n${smuggled}`],
    ['an endless chunk size', `Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\n${smuggled}`],
  ])('with %s are refused, and nothing behind them is answered', async (_what, rest) => {
    const before = await counted('weir_closed_connections_total', 'malformed');
    const said = await exchange(url, head(rest));
    expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(await counted('weir_closed_connections_total', 'malformed')).toBe(before + 1);
  });

  it('are refused after a good request on the same connection, which is answered', async () => {
    const good = `${head(`Content-Length: ${body.length}\r\n`)}\r\n${body}`;
    const connection = await openRaw(url);
    connection.write(good);
    await connection.until('HTTP/1.1 200');
    connection.write(`\x16\x03\x01garbage\r\n\r\n${good}`);
    await connection.closed;
    expect(connection.said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  });
});

describe('a body that is not as long as it says', () => {
  it('is not taken when it stops short', async () => {
    const before = await refusedRequests('cancelled');
    const connection = await openRaw(url);
    connection.write(`${head('Content-Length: 5000\r\n')}\r\n{"resourceSpans":[]}`);
    await sleep(50);
    connection.socket.destroy();
    await vi.waitFor(async () => expect(await refusedRequests('cancelled')).toBe(before + 1));
  });

  it('ends where it says when it goes on', async () => {
    const said = await exchange(url, `${head('Content-Length: 2\r\n')}\r\n{}}}}}}\r\n\r\n`);
    expect(said.match(/HTTP\/1\.1 \d+/g)?.at(-1)).toBe('HTTP/1.1 400');
  });
});

describe('whoever asks in another way', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('with %s is told to use POST', async (method) => {
    const answer = await fetch(`${url}/v1/traces`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  it('with a method that there is not is refused', async () => {
    expect(await exchange(url, 'WEIR /v1/traces HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('HTTP/1.1 400');
    const said = await exchange(
      url,
      'TRACE /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
    );
    expect(said).toMatch(/^HTTP\/1\.1 40[045]/);
  });

  it.each([
    ['no key', {}],
    ['another key', { authorization: 'Bearer not-the-key-of-this-one' }],
    ['half of the key', { authorization: `Bearer ${key.slice(0, -1)}` }],
    ['more than the key', { authorization: `Bearer ${key}${key}` }],
    ['the key in another scheme', { authorization: `Basic ${key}` }],
    ['a very long key', { authorization: `Bearer ${'x'.repeat(10_000)}` }],
  ])('with %s is refused before the body is read', async (_what, headers: Record<string, string>) => {
    const names = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const connection = await openRaw(url);
    connection.write(
      `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${names.join('')}Content-Length: 1000000\r\n\r\n`,
    );
    await connection.until('HTTP/1.1 401');
    connection.socket.destroy();
  });
});

describe('connections that only exist', () => {
  it('are as many as there may be, and then make room for others', async () => {
    const before = await counted('weir_closed_connections_total', '"full"');
    const idle = await Promise.all(Array.from({ length: 200 }, () => openRaw(url)));
    const left = () => idle.filter(({ socket }) => !socket.destroyed).length;
    await vi.waitFor(() => expect(left()).toBeLessThanOrEqual(limits.connections), PATIENCE);
    await vi.waitFor(async () => expect((await post(goodBody())).status).toBe(200), PATIENCE);
    expect(await counted('weir_closed_connections_total', '"full"')).toBeGreaterThan(before);
    for (const { socket } of idle) socket.destroy();
  });

  it('to gRPC are bounded in the same way', async () => {
    const why: string[] = [];
    const server = createGrpcServer({
      receiver: { admit: () => ({ status: 'refused', reason: 'memory', message: '' }) },
      metrics: {
        refused: () => undefined,
        answered: () => undefined,
        closed: (_t, reason) => void why.push(reason),
      },
      maxBodyBytes,
      maxConnections: 5,
      logger: { error: () => undefined },
      now: () => performance.now(),
    });
    const port = await server.listen('127.0.0.1', 0);
    const connections = await Promise.all(
      Array.from({ length: 8 }, () => openRaw(`http://127.0.0.1:${port}`)),
    );
    await vi.waitFor(() => expect(why).toEqual(['full', 'full', 'full']));
    for (const { socket } of connections) socket.destroy();
    await Promise.all(connections.map(({ closed }) => closed));
    await server.close(0);
  });
});

describe('over gRPC', () => {
  const headers = {
    ':method': 'POST',
    ':path': exportMethod.path,
    'content-type': 'application/grpc',
    te: 'trailers',
  };

  async function session(): Promise<ClientHttp2Session> {
    const client = connect(running.collector.grpcUrl ?? '');
    // That the server ends it is what is looked for.
    client.on('error', () => undefined);
    await once(client, 'connect');
    return client;
  }

  /** The status of a call by somebody who means no harm. */
  async function call(): Promise<unknown> {
    const client = await session();
    const request = client.request({ ...headers, authorization: `Bearer ${key}` });
    const status = new Promise((resolve) => {
      const note = (said: Record<string, unknown>) =>
        said['grpc-status'] !== undefined && resolve(said['grpc-status']);
      request.on('response', note).on('trailers', note);
    });
    request.end(Buffer.alloc(5));
    request.resume();
    const said = await status;
    client.destroy();
    return said;
  }

  it('calls that are reset as soon as they begin keep nobody out', async () => {
    const before = bytesInUse();
    const client = await session();
    for (let sent = 0; sent < 20_000 && !client.destroyed; sent += 1) {
      const request = client.request(headers);
      request.on('error', () => undefined);
      request.close(constants.NGHTTP2_CANCEL);
      if (sent % 500 === 0) await sleep(1);
    }
    expect(await call()).toBe('0');
    client.destroy();
    await vi.waitFor(() => expect(bytesInUse() - before).toBeLessThan(16 << 20), PATIENCE);
  });

  it('pings without end keep nobody out', async () => {
    const client = await session();
    const connection = await openRaw(running.collector.grpcUrl ?? '');
    connection.write(
      Buffer.concat([
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
        Buffer.from('000000040000000000', 'hex'),
      ]),
    );
    const ping = Buffer.concat([Buffer.from('000008060000000000', 'hex'), Buffer.alloc(8)]);
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => ping));
    for (let sent = 0; sent < 100 && !connection.socket.destroyed; sent += 1) {
      connection.write(pings);
      await sleep(0);
    }
    expect(await call()).toBe('0');
    connection.socket.destroy();
    client.destroy();
  });

  it('a message that says to be larger than the limit is refused before it comes', async () => {
    const before = await refusedRequests('too_large');
    const client = await session();
    const request = client.request({ ...headers, authorization: `Bearer ${key}` });
    const trailers = once(request, 'trailers');
    request.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1]));
    request.resume();
    const [said] = (await Promise.race([trailers, once(request, 'response')])) as [Record<string, unknown>];
    expect(said['grpc-status']).toBe('8');
    client.destroy();
    await vi.waitFor(async () => expect(await refusedRequests('too_large')).toBe(before + 1));
  });

  it('connections that do not begin are closed', async () => {
    const why: string[] = [];
    const server = createGrpcServer({
      receiver: { admit: () => ({ status: 'refused', reason: 'memory', message: '' }) },
      metrics: {
        refused: () => undefined,
        answered: () => undefined,
        closed: (_transport, reason) => void why.push(reason),
      },
      maxBodyBytes,
      openingMs: 50,
      logger: { error: () => undefined },
      now: () => performance.now(),
    });
    const port = await server.listen('127.0.0.1', 0);
    const connection = await openRaw(`http://127.0.0.1:${port}`);
    connection.write('PRI * HTTP');
    await connection.closed;
    expect(why).toEqual(['timeout']);
    await server.close(0);
  });
});

it('random bytes are refused on both ports', async () => {
  const { grpcUrl = '' } = running.collector;
  for (const target of [url, grpcUrl]) {
    const noise = Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * 7_919) % 251));
    const connection = await openRaw(target);
    connection.write(noise);
    await connection.closed;
    expect(connection.said).not.toContain(' 200 ');
  }
});

it('a port is there still', async () => {
  const connection = await openRaw(url);
  const closed = once(connection.socket, 'close');
  connection.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  await closed;
  expect(connection.said).toContain('HTTP/1.1 200');
});
