import { attributeMeanings } from '@weir/schemas/attribute-meanings';
import { attributes, resourceAttributes } from '@weir/schemas/attributes';
import { type StreamDetail, type StreamField, streamFields } from '@weir/schemas/stream-fields';
import { exactSeconds, formatBytes, formatExactCount, formatSeconds } from '../../lib/format/numbers.ts';
import { formatTime, type Zone } from '../../lib/format/times.ts';
import { fieldNames, groupDefinitions, spanMeanings } from './fact-groups.ts';

export interface Fact {
  readonly key: string;
  readonly name: string;
  readonly meaning: string;
  /** Name of the OpenTelemetry attribute it comes from. */
  readonly attribute: string | undefined;
  readonly text: string;
  /** What is copied: the value with all its digits. */
  readonly exact: string;
  readonly known: boolean;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

const attributeKeys: Readonly<Record<string, { readonly key: string }>> = {
  ...attributes,
  ...resourceAttributes,
};
const meanings: Readonly<Record<string, string>> = attributeMeanings;

function fieldName(field: StreamField): string {
  const known = fieldNames[field];
  if (known !== undefined) return known;
  const words = field
    .replace(/(Seconds|Bytes)$/, (unit) => (unit === 'Bytes' ? 'Size' : ''))
    .split(/(?=[A-Z])/);
  const text = words
    .join(' ')
    .toLowerCase()
    .replace(/\bid\b/, 'id')
    .replace(/\bp(\d\d)\b/, 'p$1');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

interface Written {
  readonly text: string;
  readonly exact: string;
}

function writtenNumber(field: StreamField, value: number): Written {
  switch (streamFields[field].kind) {
    case 'seconds':
      return { text: formatSeconds(value), exact: exactSeconds(value) };
    case 'size':
      return { text: formatBytes(value), exact: String(value) };
    case 'count': {
      // Names of things that happen to be numbers are not grouped.
      const isName = field === 'httpStatus' || field === 'serverPort';
      return { text: isName ? String(value) : formatExactCount(value), exact: String(value) };
    }
    default:
      return { text: String(value), exact: String(value) };
  }
}

function writtenText(field: StreamField, value: string, zone: Zone): Written | undefined {
  const { kind } = streamFields[field];
  if (value === '' || (kind === 'dimension' && value === 'unknown')) return undefined;
  return { text: kind === 'time' ? formatTime(Date.parse(value), 'exact', zone) : value, exact: value };
}

function written(field: StreamField, value: StreamDetail[StreamField], zone: Zone): Written | undefined {
  if (typeof value === 'number') return writtenNumber(field, value);
  if (typeof value === 'string') return writtenText(field, value, zone);
  if (typeof value === 'boolean') return { text: value ? 'yes' : 'no', exact: String(value) };
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return { text: value.join(', '), exact: value.join(', ') };
}

function factOf(stream: StreamDetail, field: StreamField, zone: Zone): Fact {
  const value = written(field, stream[field], zone);
  return {
    key: field,
    name: fieldName(field),
    meaning: meanings[field] ?? spanMeanings[field] ?? '',
    attribute: attributeKeys[field]?.key,
    text: value?.text ?? 'not known',
    exact: value?.exact ?? '',
    known: value !== undefined,
  };
}

/** @returns every fact of a stream in groups, custom dimensions last; what is not known says so. */
export function factGroups(stream: StreamDetail, zone: Zone): readonly FactGroup[] {
  const custom = Object.entries(stream.customDimensions).map(
    ([name, value]): Fact => ({
      key: `dimension.${name}`,
      name,
      meaning: 'A dimension of your own.',
      attribute: `weir.dimension.${name}`,
      text: value,
      exact: value,
      known: true,
    }),
  );
  return [
    ...groupDefinitions.map(({ title, fields }) => ({
      title,
      facts: fields.map((field) => factOf(stream, field, zone)),
    })),
    ...(custom.length > 0 ? [{ title: 'Own dimensions', facts: custom }] : []),
  ];
}
