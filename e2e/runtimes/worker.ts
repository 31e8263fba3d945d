/** The scenario as a worker, for edge runtimes. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { observeFetch } from '@weir/sdk';
import type { Task } from './program.ts';
import { type Call, runScenario } from './scenario.ts';

export default {
  async fetch(request: Request): Promise<Response> {
    const task = (await request.json()) as Task;
    if (task.kind === 'observe') return Response.json(await runScenario(task.calls));
    return Response.json(task.kind === 'start' ? await exportOne(task.endpoint, task.call) : []);
  },
};

/** There is no `startWeir` on an edge runtime: a tracer provider and an exporter of its own, sent before the answer ends. */
async function exportOne(endpoint: string, { url, headers, body }: Call): Promise<number> {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const tracerProvider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const observed = observeFetch(fetch, { tracerProvider });
  const response = await observed(url, { method: 'POST', headers: { ...headers }, body });
  const text = await response.text();
  await tracerProvider.forceFlush();
  return text.length;
}
