import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  type AttributeName,
  attributes,
  customDimensionPrefix,
  type LinkType,
  linkTypeKey,
  maxCustomDimensions,
  maxDimensionValueLength,
  observedKey,
  type StreamFacts,
} from '@weir/schemas/attributes';
import type { Verdict } from './observe/outcome.ts';

export interface SpanStart {
  readonly facts: StreamFacts;
  /** Unix time of the call, ms. */
  readonly startedAtMs: number;
  readonly parent: Context;
  readonly links?: readonly Link[];
}

export interface SpanEnd {
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
  span.setAttributes({ ...attributesOf(end.facts), ...dimensionAttributes(end.dimensions) });
  const { verdict } = end;
  if (verdict !== undefined && (verdict.outcome === 'failed' || verdict.outcome === 'lost')) {
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: `${verdict.reason} at ${verdict.stage}: ${verdict.initiatorEvidence}`,
    });
  }
  span.end(end.endedAtMs);
}

/** @returns `{operation} {model}`, as the conventions name a span of a model call. */
export function spanName(facts: StreamFacts): string {
  const operation = facts.operation ?? 'chat';
  return facts.model === undefined ? operation : `${operation} ${facts.model}`;
}

/** A link to another attempt of the same request, or to the other end of a relayed stream. */
export function linkTo(context: Link['context'], type: LinkType): Link {
  return { context, attributes: { [linkTypeKey]: type } };
}

/** Facts under their OpenTelemetry names; what is not known is left out. */
export function attributesOf(facts: StreamFacts): Attributes {
  const known: Attributes = {};
  for (const name of Object.keys(facts) as AttributeName[]) {
    const value = facts[name];
    if (value !== undefined) known[attributes[name].key] = value as Attributes[string];
  }
  return known;
}

function dimensionAttributes(dimensions: Readonly<Record<string, string>>): Attributes {
  const known: Attributes = {};
  for (const [name, value] of Object.entries(dimensions).slice(0, maxCustomDimensions)) {
    known[customDimensionPrefix + name] = String(value).slice(0, maxDimensionValueLength);
  }
  return known;
}
