import { context, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { startStreamSpan } from './span.ts';

function enclosedBy(attributes: Record<string, string>) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('test');
  const enclosing = tracer.startSpan('enclosing', { attributes });
  const parent = trace.setSpan(context.active(), enclosing);
  startStreamSpan(tracer, { facts: { model: 'm' }, startedAtMs: 1, parent }).end();
  enclosing.end();
  return exporter.getFinishedSpans().find(({ name }) => name === 'enclosing')?.attributes;
}

describe('a span around an observed call', () => {
  it("is marked when it is another instrumentation's span of the same call", () => {
    const attributes = { 'gen_ai.provider.name': 'anthropic' };
    expect(enclosedBy(attributes)).toEqual({ ...attributes, 'weir.stream.observed': true });
  });

  it("is left alone when it is the application's own", () => {
    const attributes = { 'http.route': '/chat' };
    expect(enclosedBy(attributes)).toEqual(attributes);
  });
});
