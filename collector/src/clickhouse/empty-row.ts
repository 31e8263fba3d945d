import { type StorageKind, streamColumns } from '@weir/schemas/stream-record';
import type { StreamValue } from './native-block.ts';

const emptyByKind: { readonly [K in StorageKind]: StreamValue } = {
  id: '',
  dimension: 'unknown',
  label: '',
  text: '',
  time: 0,
  seconds: null,
  number: null,
  count: null,
  size: null,
  flag: null,
  weight: 1,
  texts: [],
  counts: [],
  secondsList: [],
  map: {},
  histogram: [],
};

/** What a row holds of which nothing is known. */
export const emptyRow: readonly StreamValue[] = streamColumns.map(({ kind }) => emptyByKind[kind]);
