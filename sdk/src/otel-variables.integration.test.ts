import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { outputOf, runProgram } from './testing/run-program.ts';

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

let simulator: Simulator;
let backend: Server;
let received: Received[];
let url: string;

beforeAll(async () => {
  simulator = await createSimulator();
});
beforeEach(async () => {
  received = [];
  backend = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    received.push({
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(parts).toString('latin1'),
    });
    response.end();
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
afterEach(() => backend.close());
afterAll(() => simulator.close());

/** Runs a program with two model calls; @returns what it printed beside its own line. */
async function withVariables(variables: Record<string, string>): Promise<string> {
  const { out, errors, code } = await outputOf(
    runProgram({
      name: 'two-clients',
      registered: true,
      variables: { SIMULATOR_URL: simulator.url, OTEL_EXPORTER_OTLP_ENDPOINT: url, ...variables },
    }),
  );
  expect(errors).toBe('');
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+ events$/m);
  return out;
}

const paths = () => [...new Set(received.map(({ path }) => path))];

describe('an environment', () => {
  test('that sets the exporter up for OTLP is followed, and only traces are sent', async () => {
    await withVariables({
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=chat',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_SERVICE_NAME: 'by-variable',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    });
    expect(paths()).toEqual(['/v1/traces']);
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'x-team': 'chat',
    });
    for (const word of ['by-variable', 'staging', 'weir.stream.outcome'])
      expect(received[0]?.body).toContain(word);
  });

  test('that asks for metrics gets them, by the names it asks for', async () => {
    await withVariables({
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_SEMCONV_STABILITY_OPT_IN: 'http, gen_ai_latest_experimental',
    });
    expect(paths().sort()).toEqual(['/v1/metrics', '/v1/traces']);
    const metrics = received.find(({ path }) => path === '/v1/metrics')?.body;
    expect(metrics).toContain('weir.client.stream.ended');
    expect(metrics).toContain('gen_ai.client.inference.duration');
    expect(metrics).not.toContain('gen_ai.client.operation.duration');
  });

  test('that names another exporter has that, and no other', async () => {
    const out = await withVariables({ OTEL_TRACES_EXPORTER: 'console' });
    expect(out).toContain("'weir.stream.outcome': 'completed'");
    expect(received).toEqual([]);
  });

  test.each([{ OTEL_TRACES_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'true' }])(
    'with %j sends nothing',
    async (variables) => {
      expect(await withVariables(variables)).toMatch(/^\d+ events\n$/);
      expect(received).toEqual([]);
    },
  );

  test('that asks for a sample of the normal streams gets it', async () => {
    await withVariables({ WEIR_SAMPLE: '0.000001' });
    // The client's own span around the call is not of the SDK, and says that the stream is reported apart.
    expect(received.filter(({ body }) => body.includes('weir.stream.outcome'))).toEqual([]);
  });
});
