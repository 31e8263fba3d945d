import { type StreamField, type StreamRecord, streamColumns } from '@weir/schemas/stream-record';
import type { StreamValue } from '../../clickhouse/native-block.ts';
import { decodeJson } from '../decode-json.ts';
import { decodeProtobuf } from '../decode-protobuf.ts';
import type { OtlpEncoding } from '../otlp-encoding.ts';
import { SpanReader } from '../span-reader.ts';
import type { Tally } from '../tally.ts';
import type { ProjectValues } from '../value-limits.ts';

export interface Read {
  readonly streams: StreamRecord[];
  /** Rows that open streams have if they are lost. */
  readonly reported: StreamRecord[];
  readonly tally: Tally;
}

/** 2026-03-01T12:00:00Z, the time at which tests receive. */
export const receivedAtMs = Date.UTC(2026, 2, 1, 12);

export function recordOf(row: readonly StreamValue[]): StreamRecord {
  const fields = streamColumns.map(({ field }, i): [StreamField, StreamValue] => [
    field,
    row[i] as StreamValue,
  ]);
  return Object.fromEntries(fields) as StreamRecord;
}

export interface ReadOptions {
  /** When the body came. Default: `receivedAtMs`. */
  readonly atMs?: number;
  readonly isNew?: (traceId: string, spanId: string) => boolean;
  readonly values?: ProjectValues;
}

/** Reads a body as the receiver does. */
export function readBody(
  body: Buffer,
  encoding: OtlpEncoding,
  { atMs = receivedAtMs, isNew = () => true, values }: ReadOptions = {},
): Read {
  const streams: StreamRecord[] = [];
  const reported: StreamRecord[] = [];
  const store = (row: readonly StreamValue[]) => streams.push(recordOf(row));
  const reader = new SpanReader({
    project: 'default',
    receivedAtMs: atMs,
    store,
    isNew,
    report: ({ row }) => reported.push(recordOf(row)),
    ...(values && { values }),
  });
  if (encoding === 'protobuf') decodeProtobuf(body, reader);
  else decodeJson(body, reader);
  return { streams, reported, tally: reader.tally };
}

export type AttributeInput = string | number | boolean | readonly (string | number)[];

export interface SpanInput {
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  /** Milliseconds before `receivedAtMs`; default 5,000 and 1,000. */
  readonly startedAgoMs?: number;
  readonly endedAgoMs?: number;
  readonly status?: { readonly code: number; readonly message?: string };
  readonly events?: readonly {
    readonly name: string;
    readonly afterStartMs: number;
    readonly attributes?: Readonly<Record<string, AttributeInput>>;
  }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string; readonly type: string }[];
  /** Overrides fields of the span as they are in OTLP's JSON. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

export interface RequestInput {
  readonly resource?: Readonly<Record<string, AttributeInput>>;
  readonly scope?: { readonly name: string; readonly version?: string };
  readonly spans: readonly SpanInput[];
}

/** A request in OTLP's JSON. */
export function requestBody({ resource = {}, scope, spans }: RequestInput): Buffer {
  const request = {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope, spans: spans.map(jsonSpan) }],
      },
    ],
  };
  return Buffer.from(JSON.stringify(request));
}

/** The one stream that a request with this span becomes. */
export function readSpan(span: SpanInput, around: Omit<RequestInput, 'spans'> = {}): StreamRecord {
  const { streams, tally } = readBody(requestBody({ ...around, spans: [span] }), 'json');
  const [stream] = streams;
  if (stream === undefined)
    throw new Error(`not stored: ${[...tally.rejected.keys(), ...tally.skipped.keys()]}`);
  return stream;
}

function jsonSpan(span: SpanInput, index: number): object {
  const startMs = receivedAtMs - (span.startedAgoMs ?? 5_000);
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: (0xb7ad6b7169203331n + BigInt(index)).toString(16),
    name: span.name ?? 'chat gpt-5',
    kind: 3,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(receivedAtMs - (span.endedAgoMs ?? 1_000)),
    attributes: keyValues(span.attributes ?? {}),
    status: span.status,
    events: span.events?.map(({ name, afterStartMs, attributes = {} }) => ({
      name,
      timeUnixNano: nanoseconds(startMs + afterStartMs),
      attributes: keyValues(attributes),
    })),
    links: span.links?.map(({ traceId, spanId, type }) => ({
      traceId,
      spanId,
      attributes: keyValues({ 'weir.link.type': type }),
    })),
    ...span.raw,
  };
}

function nanoseconds(ms: number): string {
  return `${ms}000000`;
}

function keyValues(attributes: Readonly<Record<string, AttributeInput>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeInput): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map(anyValue) } };
}
