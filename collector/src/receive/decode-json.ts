import { linkTypeKey } from '@weir/schemas/attributes';
import { attributeKey } from './attribute-keys.ts';
import type { AttributeValue } from './attribute-value.ts';
import { DecodeError, type TraceVisitor } from './trace-visitor.ts';

/**
 * Reads an `ExportTraceServiceRequest` in OTLP's JSON: lowerCamelCase names, ids in hex, 64-bit integers as text or
 * number, enums as integers, unknown fields ignored, null as absent.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 *
 * @throws DecodeError
 */
export function decodeJson(body: Buffer, visitor: TraceVisitor): void {
  for (const item of messages(parse(body), 'resourceSpans')) resourceSpans(item, visitor);
}

type Message = Readonly<Record<string, unknown>>;

function parse(body: Buffer): Message {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new DecodeError(error instanceof Error ? error.message : String(error));
  }
  return message(parsed, 'the body');
}

function resourceSpans(item: Message, visitor: TraceVisitor): void {
  visitor.beginResource();
  const resource = optionalMessage(item, 'resource');
  for (const [name, value] of attributes(resource)) {
    const key = attributeKey(name);
    if (key.onResource.length > 0) visitor.resourceAttribute(key, value());
  }
  for (const scoped of messages(item, 'scopeSpans')) {
    const scope = optionalMessage(scoped, 'scope');
    visitor.beginScope(text(scope, 'name'), text(scope, 'version'));
    for (const span of messages(scoped, 'spans')) readSpan(span, visitor);
  }
}

function readSpan(span: Message, visitor: TraceVisitor): void {
  visitor.beginSpan();
  visitor.traceId(text(span, 'traceId').toLowerCase());
  visitor.spanId(text(span, 'spanId').toLowerCase());
  visitor.parentSpanId(text(span, 'parentSpanId').toLowerCase());
  visitor.name(text(span, 'name'));
  visitor.startTime(integer(span, 'startTimeUnixNano'));
  visitor.endTime(integer(span, 'endTimeUnixNano'));
  for (const [name, value] of attributes(span)) {
    const key = attributeKey(name);
    if (key.onSpan.length > 0) visitor.attribute(key, value());
    else if (key.isAboutModels) visitor.attribute(key, '');
  }
  for (const event of messages(span, 'events')) {
    if (!visitor.event(text(event, 'name'), integer(event, 'timeUnixNano'))) continue;
    for (const [name, value] of attributes(event)) visitor.eventAttribute(name, value());
  }
  for (const link of messages(span, 'links')) {
    const type = attributes(link).find(([name]) => name === linkTypeKey)?.[1]();
    visitor.link(
      text(link, 'traceId').toLowerCase(),
      text(link, 'spanId').toLowerCase(),
      typeof type === 'string' ? type : '',
    );
  }
  if (span.status !== undefined && span.status !== null) {
    const status = optionalMessage(span, 'status');
    visitor.status(integer(status, 'code'), text(status, 'message'));
  }
  visitor.endSpan();
}

/** Values are read on demand: most attributes are not for us. */
function attributes(owner: Message): [name: string, value: () => AttributeValue][] {
  return messages(owner, 'attributes').map((pair) => [
    text(pair, 'key'),
    () => anyValue(optionalMessage(pair, 'value')),
  ]);
}

/** The kinds that are not read (`kvlistValue`, `bytesValue`) and an empty value are ''. */
function anyValue(value: Message): AttributeValue {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  if (intValue !== undefined && intValue !== null) return integer(value, 'intValue');
  if (typeof doubleValue === 'number') return doubleValue;
  if (arrayValue === undefined || arrayValue === null) return '';
  // One level: a list of lists is in no attribute that is read.
  return messages(optionalMessage(value, 'arrayValue'), 'values').map((item) =>
    item.arrayValue === undefined ? anyValue(item) : [],
  );
}

function message(value: unknown, what: string): Message {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Message;
  throw new DecodeError(`${what} is not an object`);
}

function optionalMessage(owner: Message, field: string): Message {
  const value = owner[field];
  return value === undefined || value === null ? {} : message(value, field);
}

function messages(owner: Message, field: string): Message[] {
  const value = owner[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new DecodeError(`${field} is not a list`);
  return value.map((item) => message(item, `an entry of ${field}`));
}

function text(owner: Message, field: string): string {
  const value = owner[field];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new DecodeError(`${field} is not text`);
}

function integer(owner: Message, field: string): number {
  const value = owner[field];
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return Number(value);
  throw new DecodeError(`${field} is not an integer`);
}
