import type { Attributes } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type AttributeName, type AttributeValueOf, attributes } from '@weir/schemas/attributes';

/** A tracer provider that keeps what it is given, for tests that look at spans. */
export interface RecordedSpans {
  readonly tracerProvider: TracerProvider;
  all(): readonly ReadableSpan[];
  /** Resolves when there are `count` spans; gives what there is after `patienceMs`. */
  waitFor(count: number, patienceMs?: number): Promise<readonly ReadableSpan[]>;
  reset(): void;
}

const pollMs = 5;

export function recordSpans(): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return {
    tracerProvider,
    all: () => exporter.getFinishedSpans(),
    async waitFor(count, patienceMs = 5000) {
      for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
        if (exporter.getFinishedSpans().length >= count) break;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
      return exporter.getFinishedSpans();
    },
    reset: () => exporter.reset(),
  };
}

/** @returns one fact of a span by its name in `@weir/schemas`. */
export function factOf<N extends AttributeName>(
  span: { readonly attributes: Attributes } | undefined,
  name: N,
): AttributeValueOf<N> | undefined {
  return span?.attributes[attributes[name].key] as AttributeValueOf<N> | undefined;
}
