import { linkTypeKey } from '@weir/schemas/attributes';
import { type AttributeKey, attributeKey } from './attribute-keys.ts';
import type { AttributeValue } from './attribute-value.ts';
import { ByteStrings } from './byte-strings.ts';
import { ProtobufReader, wireType } from './protobuf-reader.ts';
import type { TraceVisitor } from './trace-visitor.ts';

/**
 * Walks an `ExportTraceServiceRequest` once, without building objects for what nobody reads: a prompt of a megabyte in
 * an attribute is stepped over.
 *
 * Field numbers: https://github.com/open-telemetry/opentelemetry-proto, `trace.proto`, `resource.proto`, `common.proto`.
 *
 * @throws DecodeError
 */
export function decodeProtobuf(body: Buffer, visitor: TraceVisitor): void {
  new Walk(body, visitor).request();
}

const keys = new ByteStrings<AttributeKey>(attributeKey, 4_096);
const words = new ByteStrings<string>((text) => text, 16_384);

/** Values nested deeper than lists of scalars are in no attribute that is read. */
const MAX_LIST_DEPTH = 1;

class Walk {
  readonly #reader: ProtobufReader;
  readonly #visitor: TraceVisitor;
  // The key-value pair that was last stepped over.
  #keyStart = 0;
  #keyEnd = 0;
  #valueStart = 0;
  #valueEnd = 0;

  constructor(body: Buffer, visitor: TraceVisitor) {
    this.#reader = new ProtobufReader(body);
    this.#visitor = visitor;
  }

  request(): void {
    const reader = this.#reader;
    const end = reader.bytes.length;
    while (reader.field(end)) {
      if (reader.is(1, wireType.bytes)) this.#resourceSpans(reader.bytesEnd());
      else reader.skip();
    }
  }

  #resourceSpans(end: number): void {
    const reader = this.#reader;
    const start = reader.position;
    this.#visitor.beginResource();
    // The order of fields is free, and the spans need to know their resource.
    while (reader.field(end)) {
      if (reader.is(1, wireType.bytes)) this.#resource(reader.bytesEnd());
      else reader.skip();
    }
    reader.position = start;
    while (reader.field(end)) {
      if (reader.is(2, wireType.bytes)) this.#scopeSpans(reader.bytesEnd());
      else reader.skip();
    }
  }

  #resource(end: number): void {
    const reader = this.#reader;
    while (reader.field(end)) {
      if (!reader.is(1, wireType.bytes)) {
        reader.skip();
        continue;
      }
      this.#keyValue();
      const key = this.#key();
      if (key.onResource.length > 0) this.#visitor.resourceAttribute(key, this.#value(key.repeats));
    }
  }

  #scopeSpans(end: number): void {
    const reader = this.#reader;
    const start = reader.position;
    let scope = { name: '', version: '' };
    while (reader.field(end)) {
      if (reader.is(1, wireType.bytes)) scope = this.#scope(reader.bytesEnd());
      else reader.skip();
    }
    this.#visitor.beginScope(scope.name, scope.version);
    reader.position = start;
    while (reader.field(end)) {
      if (reader.is(2, wireType.bytes)) this.#span(reader.bytesEnd());
      else reader.skip();
    }
  }

  #scope(end: number): { name: string; version: string } {
    const reader = this.#reader;
    const scope = { name: '', version: '' };
    while (reader.field(end)) {
      if (reader.is(1, wireType.bytes)) scope.name = this.#word();
      else if (reader.is(2, wireType.bytes)) scope.version = this.#word();
      else reader.skip();
    }
    return scope;
  }

  #span(end: number): void {
    const reader = this.#reader;
    const visitor = this.#visitor;
    visitor.beginSpan();
    while (reader.field(end)) {
      if (reader.is(9, wireType.bytes)) this.#spanAttribute();
      else if (reader.is(1, wireType.bytes)) visitor.traceId(reader.hex());
      else if (reader.is(2, wireType.bytes)) visitor.spanId(reader.hex());
      else if (reader.is(4, wireType.bytes)) visitor.parentSpanId(reader.hex());
      else if (reader.is(5, wireType.bytes)) visitor.name(this.#word());
      else if (reader.is(7, wireType.fixed64)) visitor.startTime(reader.fixed64());
      else if (reader.is(8, wireType.fixed64)) visitor.endTime(reader.fixed64());
      else this.#spanDetail();
    }
    visitor.endSpan();
  }

  #spanDetail(): void {
    const reader = this.#reader;
    if (reader.is(11, wireType.bytes)) this.#event(reader.bytesEnd());
    else if (reader.is(13, wireType.bytes)) this.#link(reader.bytesEnd());
    else if (reader.is(15, wireType.bytes)) this.#status(reader.bytesEnd());
    else reader.skip();
  }

  #spanAttribute(): void {
    this.#keyValue();
    const key = this.#key();
    if (key.onSpan.length > 0) this.#visitor.attribute(key, this.#value(key.repeats));
    else if (key.isAboutModels) this.#visitor.attribute(key, '');
  }

  #status(end: number): void {
    const reader = this.#reader;
    let message = '';
    let code = 0;
    while (reader.field(end)) {
      if (reader.is(2, wireType.bytes)) message = reader.text();
      else if (reader.is(3, wireType.varint)) code = reader.int64();
      else reader.skip();
    }
    this.#visitor.status(code, message);
  }

  #event(end: number): void {
    const reader = this.#reader;
    const start = reader.position;
    let name = '';
    let timeNs = 0;
    while (reader.field(end)) {
      if (reader.is(1, wireType.fixed64)) timeNs = reader.fixed64();
      else if (reader.is(2, wireType.bytes)) name = this.#word();
      else reader.skip();
    }
    if (!this.#visitor.event(name, timeNs)) return;
    reader.position = start;
    while (reader.field(end)) {
      if (reader.is(3, wireType.bytes)) {
        this.#keyValue();
        this.#visitor.eventAttribute(this.#keyName(), this.#value(true));
      } else reader.skip();
    }
  }

  #link(end: number): void {
    const reader = this.#reader;
    let traceId = '';
    let spanId = '';
    let type: AttributeValue = '';
    while (reader.field(end)) {
      if (reader.is(1, wireType.bytes)) traceId = reader.hex();
      else if (reader.is(2, wireType.bytes)) spanId = reader.hex();
      else if (reader.is(4, wireType.bytes)) {
        this.#keyValue();
        if (this.#keyName() === linkTypeKey) type = this.#value(true);
      } else reader.skip();
    }
    this.#visitor.link(traceId, spanId, typeof type === 'string' ? type : '');
  }

  /** Steps over a KeyValue and notes where its key and value lie. */
  #keyValue(): void {
    const reader = this.#reader;
    const end = reader.bytesEnd();
    this.#keyEnd = this.#keyStart = this.#valueEnd = this.#valueStart = 0;
    while (reader.field(end)) {
      if (reader.is(1, wireType.bytes)) {
        this.#keyEnd = reader.bytesEnd();
        this.#keyStart = reader.position;
        reader.position = this.#keyEnd;
      } else if (reader.is(2, wireType.bytes)) {
        this.#valueEnd = reader.bytesEnd();
        this.#valueStart = reader.position;
        reader.position = this.#valueEnd;
      } else reader.skip();
    }
  }

  #key(): AttributeKey {
    const { bytes, view } = this.#reader;
    return keys.get(bytes, view, this.#keyStart, this.#keyEnd);
  }

  #keyName(): string {
    const { bytes, view } = this.#reader;
    return words.get(bytes, view, this.#keyStart, this.#keyEnd);
  }

  /** The value of the pair that was last stepped over. */
  #value(repeats: boolean): AttributeValue {
    const reader = this.#reader;
    const after = reader.position;
    reader.position = this.#valueStart;
    const value = this.#anyValue(this.#valueEnd, repeats, 0);
    reader.position = after;
    return value;
  }

  #anyValue(end: number, repeats: boolean, depth: number): AttributeValue {
    const reader = this.#reader;
    let value: AttributeValue = '';
    while (reader.field(end)) {
      if (reader.is(1, wireType.bytes)) value = repeats ? this.#word() : reader.text();
      else if (reader.is(3, wireType.varint)) value = reader.int64();
      else if (reader.is(4, wireType.fixed64)) value = reader.double();
      else if (reader.is(2, wireType.varint)) value = reader.int64() !== 0;
      else if (reader.is(5, wireType.bytes)) value = this.#list(reader.bytesEnd(), repeats, depth + 1);
      else reader.skip();
    }
    return value;
  }

  #list(end: number, repeats: boolean, depth: number): AttributeValue[] {
    const reader = this.#reader;
    const items: AttributeValue[] = [];
    while (reader.field(end)) {
      if (depth <= MAX_LIST_DEPTH && reader.is(1, wireType.bytes))
        items.push(this.#anyValue(reader.bytesEnd(), repeats, depth));
      else reader.skip();
    }
    return items;
  }

  #word(): string {
    const reader = this.#reader;
    const end = reader.bytesEnd();
    const word = words.get(reader.bytes, reader.view, reader.position, end);
    reader.position = end;
    return word;
  }
}
