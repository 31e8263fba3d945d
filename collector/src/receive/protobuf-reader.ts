import { viewOf } from './byte-strings.ts';
import { DecodeError } from './trace-visitor.ts';

/** https://protobuf.dev/programming-guides/encoding/ */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const MAX_GROUP_DEPTH = 32;

/**
 * Walks a protobuf message in place. `field` steps to the next field of the message that ends at `end`; its value must
 * then be read or skipped.
 */
export class ProtobufReader {
  readonly bytes: Buffer;
  /** Of the same bytes. */
  readonly view: DataView;
  position = 0;
  fieldNumber = 0;
  fieldType = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** @returns false at the end of the message */
  field(end: number): boolean {
    if (this.position >= end) {
      if (this.position > end) throw new DecodeError('a field reaches beyond its message');
      return false;
    }
    const tag = this.varint();
    this.fieldNumber = tag >>> 3;
    this.fieldType = tag & 7;
    if (this.fieldNumber === 0) throw new DecodeError('field number 0');
    return true;
  }

  /** Whether the current field is this one, in the wire type it must have; otherwise it counts as unknown. */
  is(number: number, type: number): boolean {
    return this.fieldNumber === number && this.fieldType === type;
  }

  /** The low 32 bits of a varint. */
  varint(): number {
    const { bytes } = this;
    let byte = this.#byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      byte = this.#byte();
      if (shift < 35) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new DecodeError(`a varint of more than 10 bytes at ${this.position} of ${bytes.length}`);
  }

  /** A signed 64-bit varint as a double: exact up to 2^53. */
  int64(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >> 4;
      } else if (shift < 64) high |= bits << (shift - 32);
      if (byte < 0x80) return high * 0x1_0000_0000 + (low >>> 0);
    }
    throw new DecodeError('a varint of more than 10 bytes');
  }

  /** An unsigned 64-bit fixed value as a double: exact up to 2^53, and to 256 beyond, as times in ns are. */
  fixed64(): number {
    const at = this.#take(8);
    return this.view.getUint32(at + 4, true) * 0x1_0000_0000 + this.view.getUint32(at, true);
  }

  double(): number {
    return this.view.getFloat64(this.#take(8), true);
  }

  /** Reads the length of a bytes field and returns where it ends; its content starts at `position`. */
  bytesEnd(): number {
    const length = this.varint();
    const end = this.position + length;
    if (end > this.bytes.length) throw new DecodeError('the body ends inside a field');
    return end;
  }

  text(): string {
    const end = this.bytesEnd();
    const text = this.bytes.toString('utf8', this.position, end);
    this.position = end;
    return text;
  }

  hex(): string {
    const end = this.bytesEnd();
    const hex = this.bytes.toString('hex', this.position, end);
    this.position = end;
    return hex;
  }

  skip(depth = 0): void {
    switch (this.fieldType) {
      case wireType.varint:
        this.int64();
        return;
      case wireType.fixed64:
        this.#take(8);
        return;
      case wireType.bytes:
        this.position = this.bytesEnd();
        return;
      case wireType.fixed32:
        this.#take(4);
        return;
      case wireType.groupStart:
        this.#skipGroup(depth);
        return;
      default:
        throw new DecodeError(`wire type ${this.fieldType}`);
    }
  }

  /** Groups are long deprecated and not in OTLP, but an unknown field may be one. */
  #skipGroup(depth: number): void {
    const number = this.fieldNumber;
    if (depth >= MAX_GROUP_DEPTH) throw new DecodeError('groups nested too deep');
    while (this.field(this.bytes.length)) {
      if (this.fieldType !== wireType.groupEnd) this.skip(depth + 1);
      else if (this.fieldNumber === number) return;
      else break;
    }
    throw new DecodeError('a group without its end');
  }

  #byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new DecodeError('the body ends inside a field');
    this.position += 1;
    return byte;
  }

  #take(count: number): number {
    const at = this.position;
    if (at + count > this.bytes.length) throw new DecodeError('the body ends inside a field');
    this.position = at + count;
    return at;
  }
}
