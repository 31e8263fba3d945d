import { attributeKeys } from '@weir/schemas/attribute-keys';
import type { AttributeName } from '@weir/schemas/attributes';
import { dimensionAttributes, spanName, statusMessage } from '../span-attributes.ts';
import type { EndedCall } from './page-fetch.ts';

type Attributes = Readonly<Record<string, unknown>>;

export interface EncodedSpan {
  readonly attributes: readonly object[];
  readonly [field: string]: unknown;
}

/** A span in the JSON of OTLP: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export function encodeSpan({ context, startedAtMs, durationSeconds, ...ended }: EndedCall): EncodedSpan {
  const { traceId, spanId } = context;
  const { facts } = ended;
  const known: Record<string, unknown> = dimensionAttributes(ended.dimensions);
  for (const name of Object.keys(facts) as AttributeName[]) known[attributeKeys[name]] = facts[name];
  const message = statusMessage(ended.verdict);
  return {
    traceId,
    spanId,
    name: spanName({ operation: facts.operation, model: facts.model }),
    kind: 3, // CLIENT
    startTimeUnixNano: nanoseconds(startedAtMs),
    endTimeUnixNano: nanoseconds(startedAtMs + durationSeconds * 1000),
    attributes: keyValues(known),
    links: ended.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: keyValues(attributes),
    })),
    status: message === undefined ? {} : { code: 2, message },
  };
}

/** Attributes as OTLP has them, without those that are undefined. */
export function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValue(value) }));
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
