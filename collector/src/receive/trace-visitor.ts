import type { AttributeKey } from './attribute-keys.ts';
import type { AttributeValue } from './attribute-value.ts';

/**
 * What a decoder tells about a request, in this order: a resource with its attributes; for each of its scopes the scope
 * and its spans; for each span `beginSpan`, its parts in any order, `endSpan`.
 *
 * Ids are lower-case hex of any length, times Unix nanoseconds as doubles (exact to 256 ns); what is absent is '' or 0,
 * and so is the value of an attribute that has no effect or none that is read.
 */
export interface TraceVisitor {
  beginResource(): void;
  resourceAttribute(key: AttributeKey, value: AttributeValue): void;
  beginScope(name: string, version: string): void;
  beginSpan(): void;
  traceId(hex: string): void;
  spanId(hex: string): void;
  parentSpanId(hex: string): void;
  name(name: string): void;
  startTime(ns: number): void;
  endTime(ns: number): void;
  status(code: number, message: string): void;
  attribute(key: AttributeKey, value: AttributeValue): void;
  /** @returns whether the attributes of the event are wanted */
  event(name: string, timeNs: number): boolean;
  eventAttribute(name: string, value: AttributeValue): void;
  link(traceId: string, spanId: string, type: string): void;
  endSpan(): void;
}

/** A body that is not read: it is no OTLP request, or one of too many parts. The message says what is wrong with it. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly status: 'undecodable' | 'too_large';

  constructor(message: string, status: DecodeError['status'] = 'undecodable') {
    super(message);
    this.status = status;
  }
}
