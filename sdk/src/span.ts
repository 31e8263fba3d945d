import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import {
  type AttributeName,
  attributes,
  customDimensionPrefix,
  type LinkType,
  linkTypeKey,
  maxCustomDimensions,
  maxDimensionValueLength,
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
