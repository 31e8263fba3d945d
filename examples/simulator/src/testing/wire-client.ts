import { connect } from 'node:net';

/** What one HTTP/1.1 exchange looked like on the socket, read without any HTTP library. */
export interface WireResult {
  /** 0 if no status line came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body with the transfer encoding taken off. */
  readonly body: Buffer;
  /** Whether the body reached the end that its headers announce. `broken`: the chunk framing is not valid. */
  readonly bodyEnd: 'complete' | 'incomplete' | 'broken';
  /** `kept`: still open when the body was complete. */
  readonly connection: 'kept' | 'fin' | 'rst';
  /** Number of separate reads that delivered body bytes. */
  readonly reads: number;
}

export interface WireRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Sends one request and reads until the response is complete or the connection ends. */
export function exchangeOnWire(url: string, path: string, request: WireRequest): Promise<WireResult> {
  const { hostname, port } = new URL(url);
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const head = [
    `${request.method ?? 'POST'} ${path} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = Buffer.alloc(0);
    let reads = 0;
    const finish = (connection: WireResult['connection']) => {
      socket.destroy();
      resolve({ ...parseResponse(received), connection, reads });
    };
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      reads += 1;
      if (parseResponse(received).bodyEnd === 'complete') finish('kept');
    });
    socket.once('end', () => finish('fin'));
    socket.once('error', () => finish('rst'));
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

function parseResponse(received: Buffer): Omit<WireResult, 'connection' | 'reads'> {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return { status: 0, headers: {}, body: Buffer.alloc(0), bodyEnd: 'incomplete' };
  const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const rest = received.subarray(headEnd + 4);
  if (headers['transfer-encoding'] === 'chunked') return { status, headers, ...dechunk(rest) };
  const length = Number(headers['content-length'] ?? 0);
  return { status, headers, body: rest, bodyEnd: rest.length >= length ? 'complete' : 'incomplete' };
}

function dechunk(bytes: Buffer): Pick<WireResult, 'body' | 'bodyEnd'> {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { body: Buffer.concat(parts), bodyEnd: 'incomplete' };
    const line = bytes.subarray(at, lineEnd).toString('latin1');
    if (!/^[0-9a-f]+$/i.test(line)) return { body: Buffer.concat(parts), bodyEnd: 'broken' };
    const size = Number.parseInt(line, 16);
    if (size === 0) return { body: Buffer.concat(parts), bodyEnd: 'complete' };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
    if (at > bytes.length) return { body: Buffer.concat(parts), bodyEnd: 'incomplete' };
  }
}
