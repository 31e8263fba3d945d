import type { Attributes, AttributeValue, Link } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { receivedAtMs } from './read-spans.ts';

export interface OtelSpan {
  readonly name: string;
  readonly startedAgoMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly isError: boolean;
  readonly message: string;
  readonly events: readonly {
    readonly name: string;
    readonly afterMs: number;
    readonly attributes: Attributes;
  }[];
  readonly links: readonly Link[];
}

/** Spans as the OpenTelemetry SDK for JavaScript records them. */
export async function recordSpans(resource: Attributes, spans: readonly OtelSpan[]): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('recorder', '1.2.3');
  for (const span of spans) {
    const startMs = receivedAtMs - span.startedAgoMs;
    const recorded = tracer.startSpan(span.name, {
      startTime: startMs,
      attributes: { ...span.attributes },
      links: [...span.links],
    });
    for (const event of span.events) recorded.addEvent(event.name, event.attributes, startMs + event.afterMs);
    if (span.isError) recorded.setStatus({ code: SpanStatusCode.ERROR, message: span.message });
    recorded.end(startMs + span.durationMs);
  }
  await provider.forceFlush();
  return exporter.getFinishedSpans();
}
