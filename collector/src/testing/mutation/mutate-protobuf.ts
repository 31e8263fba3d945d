import type { SeededRandom } from '../../query/testing/seeded-random.ts';
import type { Mutation } from './mutate-bytes.ts';

/** A field of any message in a body. */
interface Field {
  readonly start: number;
  /** Where its value starts; of a bytes field, where its length does. */
  readonly valueStart: number;
  readonly contentStart: number;
  readonly end: number;
  readonly wireType: number;
}

const MAX_FIELDS = 4_000;
const MAX_DEPTH = 12;

interface Varint {
  readonly value: number;
  readonly end: number;
}

function varintAt(body: Buffer, at: number, limit: number): Varint | undefined {
  let value = 0;
  for (let i = 0; i < 5; i += 1) {
    const byte = body[at + i];
    if (byte === undefined || at + i >= limit) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}

/** Fields in the order of the bytes; whatever could be a message is taken for one. */
function fieldsOf(body: Buffer, from = 0, to = body.length, depth = 0): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = from; at < to && fields.length < MAX_FIELDS; ) {
    const field = fieldAt(body, at, to);
    if (field === undefined) return undefined;
    fields.push(field);
    if (field.wireType === 2 && depth < MAX_DEPTH) {
      fields.push(...(fieldsOf(body, field.contentStart, field.end, depth + 1) ?? []));
    }
    at = field.end;
  }
  return fields;
}

function fieldAt(body: Buffer, start: number, limit: number): Field | undefined {
  const tag = varintAt(body, start, limit);
  if (tag === undefined || tag.value < 8) return undefined;
  const wireType = tag.value & 7;
  const at = { start, valueStart: tag.end, wireType };
  if (wireType === 0) {
    let end = tag.end;
    while ((body[end] ?? 0) >= 0x80) end += 1;
    return end < limit ? { ...at, contentStart: tag.end, end: end + 1 } : undefined;
  }
  if (wireType === 2) {
    const length = varintAt(body, tag.end, limit);
    const end = (length?.end ?? limit) + (length?.value ?? 1);
    return length !== undefined && end <= limit ? { ...at, contentStart: length.end, end } : undefined;
  }
  const width = { 1: 8, 5: 4 }[wireType];
  const end = tag.end + (width ?? limit);
  return end <= limit ? { ...at, contentStart: tag.end, end } : undefined;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function bytesField(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

/** The body with one field replaced, and the lengths around it left as they were or, if `fits`, kept true. */
function withField(body: Buffer, field: Field, replacement: Buffer, fits: boolean): Buffer {
  const changed = Buffer.concat([body.subarray(0, field.start), replacement, body.subarray(field.end)]);
  if (!fits) return changed;
  const growth = replacement.length - (field.end - field.start);
  const around = (fieldsOf(body) ?? []).filter(
    ({ wireType, contentStart, end, start }) =>
      wireType === 2 && start < field.start && contentStart <= field.start && end >= field.end,
  );
  // From the inside out: a longer length makes its own field longer as well.
  let grown = growth;
  let result = changed;
  for (const { valueStart, contentStart, end } of around.toReversed()) {
    const length = varint(end - contentStart + grown);
    result = Buffer.concat([result.subarray(0, valueStart), length, result.subarray(contentStart)]);
    grown += length.length - (contentStart - valueStart);
  }
  return result;
}

function onField(
  pick: (field: Field) => boolean,
  replace: (field: Buffer, where: Field, random: SeededRandom) => Buffer,
): Mutation {
  return (body, random) => {
    const fields = (fieldsOf(body) ?? []).filter(pick);
    const field = fields[random.below(fields.length)];
    if (field === undefined) return body;
    const replacement = replace(body.subarray(field.start, field.end), field, random);
    return withField(body, field, replacement, random.chance(0.8));
  };
}

const anyField = () => true;
const bytesFields = ({ wireType }: Field) => wireType === 2;
const lies = [0, 1, 0x7f, 0x80, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 2 ** 45, 2 ** 53];

/** `depth` AnyValues, each a list that holds the next. */
function nestedValue(depth: number): Buffer {
  // Written from the end: every length is that of what is already there.
  const bytes = Buffer.alloc(depth * 14 + 8);
  let start = bytes.length;
  const prepend = (part: Buffer) => {
    start -= part.length;
    part.copy(bytes, start);
  };
  for (let level = 0; level < depth; level += 1) {
    for (const tag of [5, 1]) prepend(Buffer.concat([varint(tag * 8 + 2), varint(bytes.length - start)]));
  }
  return bytes.subarray(start);
}

/** Damage that knows the wire format, and keeps the rest readable so that what it does is reached. */
export const protobufMutations: { readonly [name: string]: Mutation } = {
  duplicate: onField(anyField, (field, _where, random) =>
    Buffer.concat(Array.from({ length: 2 + random.below(30) }, () => field)),
  ),
  remove: onField(anyField, () => Buffer.alloc(0)),
  lieAboutLength: onField(bytesFields, (field, { start, valueStart, contentStart }, random) =>
    Buffer.concat([
      field.subarray(0, valueStart - start),
      varint(lies[random.below(lies.length)] ?? 0),
      field.subarray(contentStart - start),
    ]),
  ),
  hugeVarint: onField(anyField, (_field, _where, random) =>
    Buffer.concat([
      varint((1 + random.below(16)) * 8),
      Buffer.alloc(random.below(14), 0xff),
      Buffer.from([1]),
    ]),
  ),
  otherWireType: onField(anyField, (field, _where, random) =>
    Buffer.concat([Buffer.from([((field[0] ?? 0) & 0xf8) | random.below(8)]), field.subarray(1)]),
  ),
  otherNumber: onField(anyField, (field, { wireType, valueStart, start }, random) =>
    Buffer.concat([varint(random.below(20) * 8 + wireType), field.subarray(valueStart - start)]),
  ),
  groups: onField(anyField, (field, _where, random) => {
    const depth = 1 + random.below(80);
    const end = random.chance(0.5) ? Buffer.alloc(depth, 0x0c) : Buffer.alloc(0);
    return Buffer.concat([Buffer.alloc(depth, 0x0b), field, end]);
  }),
  emptyText: onField(bytesFields, (field, { valueStart, start }) =>
    Buffer.concat([field.subarray(0, valueStart - start), Buffer.from([0])]),
  ),
  longText: onField(bytesFields, (field, { valueStart, start }, random) => {
    const text = Buffer.alloc(random.below(20_000), 'wéir');
    return Buffer.concat([field.subarray(0, valueStart - start), varint(text.length), text]);
  }),
  nest: onField(bytesFields, (_field, _where, random) => {
    const key = bytesField(1, Buffer.from('gen_ai.response.finish_reasons'));
    return bytesField(9, Buffer.concat([key, bytesField(2, nestedValue(1 + random.below(400)))]));
  }),
  manyEntries: onField(bytesFields, (field, _where, random) => {
    const entries = random.chance(0.02) ? 20_000 : random.below(300);
    const entry = random.chance(0.5)
      ? Buffer.from([(1 + random.below(15)) * 8 + 2, 0])
      : field.subarray(0, 200);
    return Buffer.concat(Array.from({ length: entries }, () => entry));
  }),
};
