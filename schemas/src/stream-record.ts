import { type TSchema, Type } from 'typebox';
import { type StorageKind, type StreamDetail, type StreamField, streamFields } from './stream-fields.ts';

// The fields alone are free of dependencies: a page that names them need not carry a validator.
export * from './stream-fields.ts';

const clickhouseTypes: { readonly [K in StorageKind]: string } = {
  id: 'FixedString',
  dimension: 'LowCardinality(String)',
  label: 'LowCardinality(String)',
  text: 'String',
  time: "DateTime64(3, 'UTC')",
  seconds: 'Nullable(Float32)',
  number: 'Nullable(Float32)',
  count: 'Nullable(UInt32)',
  size: 'Nullable(UInt64)',
  flag: 'Nullable(Bool)',
  weight: 'Float32',
  texts: 'Array(LowCardinality(String))',
  counts: 'Array(UInt32)',
  secondsList: 'Array(Float32)',
  map: 'Map(LowCardinality(String), String)',
  histogram: 'Map(UInt8, UInt32)',
};

export interface StreamColumn {
  readonly field: StreamField;
  readonly name: string;
  readonly kind: StorageKind;
  /** ClickHouse type. */
  readonly type: string;
}

/** @returns `ttft_seconds` for `ttftSeconds`. */
export function columnName(field: string): string {
  return field.replace(/[A-Z][0-9]*/g, (word) => `_${word.toLowerCase()}`);
}

/** The columns of the ClickHouse table `streams`, in order. A test holds them against the migrations. */
export const streamColumns: readonly StreamColumn[] = Object.entries(streamFields).map(
  ([field, storage]) => ({
    field: field as StreamField,
    name: columnName(field),
    kind: storage.kind,
    type: storage.kind === 'id' ? `FixedString(${storage.bytes})` : clickhouseTypes[storage.kind],
  }),
);

const jsonSchemas: { readonly [K in StorageKind]: TSchema } = {
  id: Type.String(),
  dimension: Type.String(),
  label: Type.String(),
  text: Type.String(),
  time: Type.String({ format: 'date-time' }),
  seconds: Type.Union([Type.Number(), Type.Null()]),
  number: Type.Union([Type.Number(), Type.Null()]),
  count: Type.Union([Type.Integer(), Type.Null()]),
  size: Type.Union([Type.Integer(), Type.Null()]),
  flag: Type.Union([Type.Boolean(), Type.Null()]),
  weight: Type.Number(),
  texts: Type.Array(Type.String()),
  counts: Type.Array(Type.Integer()),
  secondsList: Type.Array(Type.Number()),
  map: Type.Record(Type.String(), Type.String()),
  histogram: Type.Record(Type.String(), Type.Integer()),
};

export const StreamDetailSchema = Type.Unsafe<StreamDetail>(
  Type.Object(
    Object.fromEntries(
      Object.entries(streamFields).map(([field, storage]) => [field, jsonSchemas[storage.kind]]),
    ),
  ),
);
