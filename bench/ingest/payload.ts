/** One export request as a real exporter sends it, which can be sent again as other spans. */
export interface Payload {
  readonly contentType: 'application/x-protobuf' | 'application/json';
  readonly body: Buffer;
  /** Where the id of each span begins. */
  readonly spanIdOffsets: readonly number[];
}

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

export function payloadOf(contentType: string, body: Buffer): Payload {
  if (contentType.startsWith(JSON_TYPE)) {
    return { contentType: JSON_TYPE, body, spanIdOffsets: jsonSpanIds(body) };
  }
  return { contentType: PROTOBUF, body, spanIdOffsets: protobufSpanIds(body) };
}

/**
 * The same request of other spans: half of each span id becomes `number`.
 *
 * @param number of 32 bits, other than that of every earlier request
 */
export function renewed({ contentType, body, spanIdOffsets }: Payload, number: number): Buffer {
  const copy = Buffer.allocUnsafe(body.length);
  body.copy(copy);
  if (contentType === PROTOBUF) {
    for (const offset of spanIdOffsets) copy.writeUInt32LE(number, offset);
  } else {
    const digits = number.toString(16).padStart(8, '0');
    for (const offset of spanIdOffsets) copy.write(digits, offset, 'latin1');
  }
  return copy;
}

function jsonSpanIds(body: Buffer): number[] {
  // In Latin-1 every byte is one character, so that positions are offsets.
  const text = body.toString('latin1');
  return Array.from(text.matchAll(/"spanId":"(?=[0-9a-f]{16}")/g), (match) => match.index + match[0].length);
}

/** Fields from the request down to the id: resource_spans, scope_spans, spans, span_id. */
const SPAN_ID_PATH = [1, 2, 2, 2];

function protobufSpanIds(body: Buffer): number[] {
  const offsets: number[] = [];
  descend(body, 0, body.length, SPAN_ID_PATH, offsets);
  return offsets;
}

function descend(
  body: Buffer,
  from: number,
  end: number,
  [wanted, ...deeper]: readonly number[],
  offsets: number[],
): void {
  for (let at = from; at < end; ) {
    const tag = varint(body, at);
    const length = lengthOf(body, tag.end, tag.value & 7);
    if (tag.value >>> 3 === wanted) {
      if (deeper.length === 0) offsets.push(length.start);
      else descend(body, length.start, length.end, deeper, offsets);
    }
    at = length.end;
  }
}

/** Where the content of a field of this wire type lies. */
function lengthOf(body: Buffer, at: number, wireType: number): { start: number; end: number } {
  switch (wireType) {
    case 0:
      return { start: at, end: varint(body, at).end };
    case 1:
      return { start: at, end: at + 8 };
    case 2: {
      const length = varint(body, at);
      return { start: length.end, end: length.end + length.value };
    }
    case 5:
      return { start: at, end: at + 4 };
    default:
      throw new Error(`wire type ${wireType} at ${at}: not an OTLP request`);
  }
}

function varint(body: Buffer, from: number): { value: number; end: number } {
  let value = 0;
  for (let at = from, scale = 1; ; at += 1, scale *= 0x80) {
    const byte = body[at];
    if (byte === undefined) throw new Error('the body ends inside a field');
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
  }
}
