import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { recordSpans, SPANS_A_REQUEST } from './genai-spans.ts';
import { type Payload, payloadOf } from './payload.ts';
import { buildTelemetrygen, installPythonExporter, run, type Tool } from './toolchain.ts';

export interface PayloadSource {
  readonly name: string;
  /** What is in it, for the report. */
  readonly description: string;
  /** Unlike each other, sent by turns; why not, when what makes them cannot be had here. */
  make(): Promise<readonly Payload[] | { readonly missing: string }>;
}

/** Enough that nothing is fast only because it was just seen. */
const REQUESTS = 16;

/** The requests of real exporters, taken from the wire. */
export const payloadSources: readonly PayloadSource[] = [
  {
    name: 'js-protobuf',
    description: 'OpenTelemetry JS, protobuf: 512 GenAI spans of 25 attributes',
    make: () => fromJs((url) => new ProtobufExporter({ url })),
  },
  {
    name: 'js-json',
    description: 'OpenTelemetry JS, JSON: the same',
    make: () => fromJs((url) => new JsonExporter({ url })),
  },
  {
    name: 'python',
    description: 'OpenTelemetry Python, protobuf: 512 GenAI spans of 9 attributes',
    async make() {
      const tool = await installPythonExporter();
      const script = fileURLToPath(new URL('python-exporter.py', import.meta.url));
      return fromTool(tool, (url, path) =>
        run('python3', [script, url, String(SPANS_A_REQUEST)], { PYTHONPATH: path }),
      );
    },
  },
  {
    name: 'telemetrygen',
    description: 'telemetrygen, which is the Go exporter: 512 spans of 7 attributes',
    async make() {
      return fromTool(await buildTelemetrygen(), (url, path) =>
        run(path, ['traces', ...telemetrygenOptions(new URL(url))]),
      );
    },
  },
];

function telemetrygenOptions({ host }: URL): string[] {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-5',
    // Each span is a stream of its own, although one of each pair is the parent of the other.
    'weir.stream.outcome': 'completed',
  };
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}="${value}"`);
  return [
    ...['--otlp-http', '--otlp-insecure', '--otlp-endpoint', host, '--batch-size', String(SPANS_A_REQUEST)],
    // Each trace has two spans.
    ...['--traces', String(SPANS_A_REQUEST / 2), '--workers', '1', '--rate', '0'],
    ...pairs.flatMap((pair) => ['--telemetry-attributes', pair]),
  ];
}

async function fromJs(exporterTo: (url: string) => SpanExporter): Promise<readonly Payload[]> {
  const payloads: Payload[] = [];
  for (let batch = 0; batch < REQUESTS; batch += 1) {
    const spans = await recordSpans(SPANS_A_REQUEST, batch);
    const recorded = await record(
      (url) =>
        new Promise<void>((resolve, reject) => {
          exporterTo(url).export(spans, ({ code, error }) => (code === 0 ? resolve() : reject(error)));
        }),
    );
    payloads.push(...recorded);
  }
  return payloads;
}

async function fromTool(tool: Tool, send: (url: string, path: string) => Promise<void>) {
  return tool.status === 'missing' ? { missing: tool.reason } : record((url) => send(url, tool.path));
}

/** Acknowledges whatever is sent to it and keeps the largest requests. */
async function record(send: (url: string) => Promise<void>): Promise<Payload[]> {
  const payloads: Payload[] = [];
  const server = createServer(async (request, answer) => {
    const sent = await buffer(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    payloads.push(payloadOf(request.headers['content-type'] ?? '', body));
    answer.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await send(`http://127.0.0.1:${port}/v1/traces`);
  server.close();
  server.closeAllConnections();
  const most = Math.max(...payloads.map(({ spanIdOffsets }) => spanIdOffsets.length));
  if (!(most > 0)) throw new Error('the exporter sent no spans');
  return payloads.filter(({ spanIdOffsets }) => spanIdOffsets.length === most);
}
