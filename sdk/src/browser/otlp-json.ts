import type { Link, SpanContext } from '@opentelemetry/api';

/** A span that has ended, as it is sent. */
export interface EndedSpan {
  readonly context: SpanContext;
  readonly name: string;
  /** Unix milliseconds. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  /** Description of an error; undefined where there is none. */
  readonly error: string | undefined;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** A span in the JSON of OTLP: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export function encodeSpan(span: EndedSpan): object {
  const { traceId, spanId } = span.context;
  return {
    traceId,
    spanId,
    name: span.name,
    kind: 3, // CLIENT
    startTimeUnixNano: nanoseconds(span.startedAtMs),
    endTimeUnixNano: nanoseconds(span.endedAtMs),
    attributes: keyValues(span.attributes),
    links: span.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: keyValues(attributes),
    })),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  };
}

export function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { stringValue: String(value) };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** To the microsecond: a double holds no more of the present time. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}
