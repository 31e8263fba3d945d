import type { ChildProcess } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OtlpReceiver, receiveOtlp } from './testing/otlp-receiver.ts';
import { outputOf, runProgram } from './testing/run-program.ts';

let simulator: Simulator;
let receiver: OtlpReceiver;
const children: ChildProcess[] = [];

beforeAll(async () => {
  simulator = await createSimulator();
});
beforeEach(async () => {
  receiver = await receiveOtlp();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await receiver.close();
});
afterAll(() => simulator.close());

interface End {
  readonly how: string;
  readonly code?: number;
  readonly signal?: string;
}

async function endOf(how: string, variables: Record<string, string> = {}) {
  const child = runProgram({
    name: 'process-ends',
    registered: true,
    variables: {
      SIMULATOR_URL: simulator.url,
      WEIR_ENDPOINT: receiver.url,
      PROGRAM_END: how,
      ...variables,
    },
  });
  children.push(child);
  return outputOf(child);
}

/** A batch that was under way is sent again as it was, and counts once by the ids of its spans, as at the collector. */
function reasons(): unknown[] {
  const counted = new Map(receiver.spans.map((span) => [span.spanId, span]));
  return [...counted.values()].map(({ attributes }) => attributes['weir.stream.termination.reason']).sort();
}

const ends: readonly End[] = [
  { how: 'process.exit(0)', code: 0 },
  { how: 'process.exit(1)', code: 1 },
  { how: 'throw', code: 1 },
  { how: 'reject', code: 1 },
  { how: 'SIGTERM, which it handles by process.exit(7)', code: 7 },
  { how: 'SIGTERM', signal: 'SIGTERM' },
];

describe('a process that ends by', () => {
  test.each(ends)('$how reports the stream that ended and the one that is open', async (end) => {
    const { code, signal } = await endOf(end.how);
    expect(reasons()).toEqual(['completed', 'lost']);
    expect({ code, signal }).toEqual({ code: end.code ?? null, signal: end.signal ?? null });
  });

  test.each([...ends, { how: 'the end of its work', code: 0 }])(
    '$how reports the stream that ended, once',
    async (end) => {
      const { code, signal } = await endOf(end.how, { PROGRAM_STREAMS: '1' });
      expect(reasons()).toEqual(['completed']);
      expect({ code, signal }).toEqual({ code: end.code ?? null, signal: end.signal ?? null });
    },
  );

  test('process.exit(0) comes although the collector takes the spans and says nothing', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const { code, errors } = await endOf('process.exit(0)', { WEIR_ENDPOINT: `http://127.0.0.1:${port}` });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    silent.close();
  });

  test('process.exit(0) comes although nobody listens where spans go', async () => {
    const { code, errors } = await endOf('process.exit(0)', { WEIR_ENDPOINT: 'http://127.0.0.1:1' });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  test.each(['http/json', 'http/protobuf'])(
    'process.exit(0) sends %s as the exporter does',
    async (protocol) => {
      const bodies: { type: string | undefined; key: unknown; path: string | undefined }[] = [];
      const server = createHttpServer((request, response) => {
        const { 'content-type': type, 'x-key': key } = request.headers;
        request.resume().on('end', () => {
          bodies.push({ type, key, path: request.url });
          response.end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await endOf('process.exit(0)', {
        WEIR_ENDPOINT: '',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/base`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret',
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      });
      const type = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
      expect(bodies).toEqual([{ type, key: 'secret', path: '/base/v1/traces' }]);
      server.close();
    },
  );
});
