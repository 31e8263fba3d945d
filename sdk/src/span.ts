import {
  type Context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  type LinkType,
  linkTypeKey,
  observedKey,
  openReport,
  type StreamFacts,
} from '@weir/schemas/attributes';
import type { Verdict } from './observe/outcome.ts';
import { attributesOf, dimensionAttributes, spanName, statusMessage, writeFacts } from './span-attributes.ts';

export interface SpanStart {
  readonly facts: StreamFacts;
  /** Unix time of the call, ms. */
  readonly startedAtMs: number;
  readonly parent: Context;
  readonly links?: readonly Link[];
}

export interface SpanEnd {
  /** What the span is called now that more is known; absent where it keeps its name. */
  readonly name?: string | undefined;
  readonly facts: StreamFacts;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly verdict: Verdict | undefined;
  /** Unix time of the end, ms. */
  readonly endedAtMs: number;
}

/** Starts the span of one attempt. What is known already goes in at the start, where samplers can see it. */
export function startStreamSpan(tracer: Tracer, start: SpanStart): Span {
  markEnclosing(start.parent);
  return tracer.startSpan(
    spanName(start.facts),
    {
      kind: SpanKind.CLIENT,
      startTime: start.startedAtMs,
      attributes: attributesOf(start.facts),
      ...(start.links === undefined ? {} : { links: [...start.links] }),
    },
    start.parent,
  );
}

/**
 * Vendor clients and other instrumentations have spans of their own around the call (`@anthropic-ai/sdk` since 1.0,
 * the Vercel AI SDK, …). Such a span is marked, so that a stream is not counted twice.
 */
function markEnclosing(parent: Context): void {
  const enclosing = trace.getSpan(parent);
  if (enclosing !== undefined && isAboutModels(enclosing)) enclosing.setAttribute(observedKey, true);
}

/** The API of OpenTelemetry has no way to read a span; that of its SDK, which every recording span is of, has. */
function isAboutModels(span: Span): boolean {
  if (!span.isRecording() || !('attributes' in span)) return false;
  const written = span.attributes;
  return typeof written === 'object' && written !== null && Object.keys(written).some(isOfModels);
}

const isOfModels = (key: string) => /^(gen_ai|llm|ai|openinference|langfuse|traceloop|langsmith)\./.test(key);

/** Writes everything and ends the span. Errors get the status; an abort is neither an error nor a success. */
export function endStreamSpan(span: Span, end: SpanEnd): void {
  if (end.name !== undefined) span.updateName(end.name);
  writeFacts(span, end.facts);
  span.setAttributes(dimensionAttributes(end.dimensions));
  const message = statusMessage(end.verdict);
  if (message !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.end(end.endedAtMs);
}

export interface OpenStreamReport extends Omit<SpanEnd, 'name' | 'verdict'> {
  readonly startedAtMs: number;
  readonly nextSeconds: number;
}

/**
 * Reports a stream that has not ended, by a span of its own under that of the stream: a span that is not ended is not
 * sent, and dies with the process.
 *
 * @param parent what the span of the stream is under.
 */
export function recordOpenStream(
  tracer: Tracer,
  stream: Span,
  parent: Context,
  report: OpenStreamReport,
): void {
  const { facts, dimensions, startedAtMs, endedAtMs, nextSeconds } = report;
  const above = trace.getSpanContext(parent);
  const attributes = {
    ...attributesOf(facts),
    ...dimensionAttributes(dimensions),
    [openReport.phaseKey]: openReport.phase,
    [openReport.nextReportKey]: nextSeconds,
    ...(above === undefined ? {} : { [openReport.parentKey]: above.spanId }),
  };
  tracer
    .startSpan(
      `${spanName(facts)} (open)`,
      { kind: SpanKind.INTERNAL, startTime: startedAtMs, attributes },
      trace.setSpan(parent, stream),
    )
    .end(endedAtMs);
}

/** A link to another attempt of the same request, or to the other end of a relayed stream. */
export function linkTo(context: Link['context'], type: LinkType): Link {
  return { context, attributes: { [linkTypeKey]: type } };
}
