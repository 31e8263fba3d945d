import { gapBuckets } from '@weir/schemas/gap-buckets';
import type { Alteration } from '@weir/schemas/receiving';
import type { StorageKind, StreamField } from '@weir/schemas/stream-record';
import type { StreamValue } from '../clickhouse/native-block.ts';
import { limits, textLengthOf } from './limits.ts';
import { count } from './tally.ts';

/**
 * Value of an OTLP attribute. Whole numbers and doubles are one type here, because the JS exporter sends whole doubles
 * as integers; the field that reads it knows better. Nested maps and bytes are not read and have no value.
 */
export type AttributeValue = string | number | boolean | readonly AttributeValue[];

/** Turns an attribute's value into what the field keeps; undefined when it cannot be one. */
export type ValueReader = (
  value: AttributeValue,
  altered: Map<Alteration, number>,
) => StreamValue | undefined;

const MAX_UINT32 = 0xffff_ffff;
const MAX_FLOAT32 = 3.4e38;

export function readerOf(field: StreamField, kind: StorageKind): ValueReader {
  const textLength = textLengthOf(field);
  switch (kind) {
    case 'dimension':
    case 'label':
      return (value, altered) => readText(value, limits.dimensionLength, altered);
    case 'text':
      return (value, altered) => readText(value, textLength, altered);
    case 'seconds':
    case 'number':
      return (value) => inRange(toNumber(value), MAX_FLOAT32);
    case 'weight':
      return (value) => inRange(toNumber(value), MAX_FLOAT32) || undefined;
    case 'count':
      return (value) => toWhole(inRange(toNumber(value), MAX_UINT32));
    case 'size':
      return (value) => toWhole(inRange(toNumber(value), Number.MAX_SAFE_INTEGER));
    case 'flag':
      return toFlag;
    case 'texts':
      return readTexts;
    case 'counts':
      return (value, altered) => readNumbers(value, MAX_UINT32, limits.numbers, altered)?.map(Math.floor);
    case 'secondsList':
      return (value, altered) => readNumbers(value, MAX_FLOAT32, limits.numbers, altered);
    case 'histogram':
      return (value, altered) => readHistogram(value, altered);
    case 'id':
    case 'time':
    case 'map':
      // No attribute carries these.
      return () => undefined;
  }
}

/** At most `length` characters, never half of a surrogate pair; '' counts as not said. */
export function readText(
  value: AttributeValue,
  length: number,
  altered: Map<Alteration, number>,
): string | undefined {
  const text = toText(value);
  if (text === undefined || text.length <= length) return text;
  count(altered, 'text_cut');
  return text.slice(0, length).toWellFormed();
}

function toText(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value.length === 1 && value[0] !== undefined ? toText(value[0]) : undefined;
}

/** Accepts numbers in decimal text, which several instrumentations send. */
export function toNumber(value: AttributeValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value)) return Number(value);
  return undefined;
}

function inRange(value: number | undefined, max: number): number | undefined {
  return value !== undefined && value >= 0 && value <= max ? value : undefined;
}

function toWhole(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.floor(value);
}

export function toFlag(value: AttributeValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'True') return true;
  if (value === 'false' || value === 'False') return false;
  return undefined;
}

/** A list, or a list in JSON text, or one word alone. */
export function toList(value: AttributeValue): readonly AttributeValue[] {
  if (typeof value !== 'string') return typeof value === 'object' ? value : [value];
  if (!value.startsWith('[')) return [value];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed.filter((item) => typeof item === 'string') : [value];
  } catch {
    return [value];
  }
}

function readTexts(value: AttributeValue, altered: Map<Alteration, number>): readonly string[] | undefined {
  const items = toList(value);
  const texts: string[] = [];
  for (const item of items.slice(0, limits.texts)) {
    const text = readText(item, limits.dimensionLength, altered);
    if (text !== undefined) texts.push(text);
  }
  if (items.length > limits.texts) count(altered, 'list_cut');
  return texts.length === 0 && items.length > 0 ? undefined : texts;
}

function readNumbers(
  value: AttributeValue,
  max: number,
  entries: number,
  altered: Map<Alteration, number>,
): number[] | undefined {
  if (typeof value !== 'object') return undefined;
  const numbers: number[] = [];
  for (const item of value.slice(0, entries)) {
    const number = inRange(toNumber(item), max);
    // One wrong entry would shift the others against the list they belong to.
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  if (value.length > entries) count(altered, 'list_cut');
  return numbers;
}

/** Bucket, count, bucket, count, …; a list that is not that is dropped whole, because half of it would mislead. */
function readHistogram(value: AttributeValue, altered: Map<Alteration, number>): number[] | undefined {
  if (typeof value !== 'object' || value.length % 2 !== 0 || value.length > limits.histogram)
    return undefined;
  const flat = readNumbers(value, MAX_UINT32, limits.histogram, altered);
  if (flat === undefined) return undefined;
  for (let i = 0; i < flat.length; i += 2) {
    const bucket = flat[i] ?? -1;
    if (!Number.isInteger(bucket) || bucket >= gapBuckets.count) return undefined;
  }
  return flat;
}
