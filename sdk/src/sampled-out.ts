import type { Attributes } from '@opentelemetry/api';
import { attributes } from '@weir/schemas/attributes';

/** The part of a span processor of the OpenTelemetry SDK that is needed, so that the core does not depend on it. */
interface EndedSpanProcessor<Span> {
  onEnd(span: Span): void;
}

/** @returns whether `sample` has dropped the stream of a span. */
export function isSampledOut(span: { readonly attributes: Attributes }): boolean {
  return span.attributes[attributes.sampleWeight.key] === 0;
}

/**
 * Keeps the spans that `sample` has dropped from a span processor of your own, such as a `BatchSpanProcessor`, so that
 * they are not sent. `startWeir` needs none of this, and a collector of Weir skips them in any case.
 *
 * @returns the same processor.
 */
export function withoutSampledOut<
  Span extends { readonly attributes: Attributes },
  Processor extends EndedSpanProcessor<Span>,
>(processor: Processor & EndedSpanProcessor<Span>): Processor {
  const onEnd = processor.onEnd.bind(processor);
  processor.onEnd = (span) => {
    if (!isSampledOut(span)) onEnd(span);
  };
  return processor;
}
